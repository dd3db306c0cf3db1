/** Keeps the page's files, so that it opens without a network after the first visit. build.ts names them. */
declare const FILES: readonly string[];

/** What is used here of a service worker's global scope. */
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetch) => void): void;
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetch {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = globalThis as unknown as WorkerScope;
const PREFIX = `repose ${worker.registration.scope} `;
/** Names tell content, so the list of them tells the version. */
const CACHE = PREFIX + FILES.join();

worker.addEventListener("install", (event) => event.waitUntil(keepAll()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

/** What an older version has kept is not fetched again. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map(async (name) => {
    const kept = name === "./" ? undefined : await caches.match(name);
    await (kept ? cache.put(name, kept) : cache.add(name));
  }));
}

async function takeOver(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page itself is asked for first, as it may be newer; the files that it names never change. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  if (request.mode !== "navigate") return await cache.match(request) ?? await fetch(request);
  return await fetch(request).catch(() => null) ?? await cache.match("./") ?? Response.error();
}
