/// <reference lib="dom" />
/** Has the page's files kept once they have come, so that it opens without a network from then on. */
export function keepOffline(): void {
  const keep = () => {
    // Where that is not allowed, the page works with a network as before.
    navigator.serviceWorker?.register("service-worker.js").catch(() => {});
  };
  if (document.readyState === "complete") keep();
  else addEventListener("load", keep);
}
