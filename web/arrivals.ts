/// <reference lib="dom" />
/** Files that are dropped on the page or pasted into it. */

/** Hands each file to `use`. */
export function onArrival(use: (file: File) => void): void {
  const { body } = document;
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    body.classList.add("receiving");
  });
  document.addEventListener("dragleave", (event) => {
    const leftThePage = event.relatedTarget === null;
    if (leftThePage) body.classList.remove("receiving");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    body.classList.remove("receiving");
    take(event.dataTransfer);
  });
  document.addEventListener("paste", (event) => take(event.clipboardData));

  function take(data: DataTransfer | null): void {
    const file = data?.files[0];
    if (file) use(file);
  }
}
