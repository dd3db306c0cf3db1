/// <reference lib="dom" />
/** Files that are dropped on the page or pasted into it. */

/** Hands the files that come together, at least one, to `use`. */
export function onArrival(use: (files: readonly File[]) => void): void {
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
    if (data && data.files.length > 0) use([...data.files]);
  }
}
