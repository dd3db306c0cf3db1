/** Builds the page and serves it to this machine. */
import { extname, join } from "node:path";
import { buildWithEstimator, pageFolder } from "./build.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};
const plainName = /^[\w-][\w.-]*$/;
const USUAL_PORT = 8000;

/** Serves a folder's files, not those of folders in it, on loopback; another port where the given one is taken. */
export function serveFolder(folder: string, port: number): Deno.HttpServer<Deno.NetAddr> {
  const answer = async (request: Request) => {
    const name = new URL(request.url).pathname.slice(1) || "index.html";
    try {
      if (!plainName.test(name)) throw new Deno.errors.NotFound();
      const file = await Deno.readFile(join(folder, name));
      const type = types[extname(name)] ?? "application/octet-stream";
      return new Response(file, { headers: { "content-type": type, "cache-control": "no-cache" } });
    } catch {
      return new Response("not found", { status: 404 });
    }
  };
  const serve = (port: number) =>
    Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, answer);
  try {
    return serve(port);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return serve(0);
    throw error;
  }
}

if (import.meta.main) {
  await buildWithEstimator();
  const { port } = serveFolder(pageFolder, USUAL_PORT).addr;
  console.log(`Repose is at http://localhost:${port} (Ctrl-C ends it)`);
}
