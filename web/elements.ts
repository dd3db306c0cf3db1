/// <reference lib="dom" />
/** The page's elements, found and made. */

/** The element of page.html with an id. @throws Error where it is missing or of another kind. */
export function element<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} #${id}`);
}

export const button = (id: string) => element(id, HTMLButtonElement);
export const input = (id: string) => element(id, HTMLInputElement);
export const canvas = (id: string) => element(id, HTMLCanvasElement);
export const drawing = (id: string) => element(id, SVGSVGElement);

/** A button that is not in page.html. */
export function makeButton(label: string, content: string | Element, press: () => void) {
  const made = document.createElement("button");
  made.append(content);
  if (content !== label) made.ariaLabel = made.title = label;
  made.addEventListener("click", press);
  return made;
}

/** Marks one of several buttons as the chosen one; null: none. */
export function choose(buttons: Iterable<Element>, chosen: Element | null): void {
  for (const one of buttons) one.ariaPressed = String(one === chosen);
}

/** Hands the file that somebody chooses to `use`; the same file may be chosen again. */
export function onFile(id: string, use: (file: File) => void): void {
  onFiles(id, ([file]) => use(file));
}

/** The same for several files, at least one. */
export function onFiles(id: string, use: (files: readonly File[]) => void): void {
  const chooser = input(id);
  chooser.addEventListener("change", () => {
    const files = [...chooser.files ?? []];
    chooser.value = "";
    if (files.length > 0) use(files);
  });
}

/** Tells when one of some elements is held by a pointer, or by the key that presses a button, and when it is let go. */
export function onHold(targets: readonly HTMLElement[], tell: (isHeld: boolean) => void): void {
  const hold = () => tell(true), letGo = () => tell(false);
  const isPress = ({ key }: KeyboardEvent) => key === " " || key === "Enter";
  for (const target of targets) {
    target.addEventListener("pointerdown", hold);
    for (const end of ["pointerup", "pointercancel", "pointerleave", "blur"]) {
      target.addEventListener(end, letGo);
    }
    target.addEventListener("keydown", (event) => isPress(event) && hold());
    target.addEventListener("keyup", (event) => isPress(event) && letGo());
  }
}
