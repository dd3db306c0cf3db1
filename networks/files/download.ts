/** Files from the network, and where they are kept. */
import { join } from "node:path";

/**
 * The user's cache folder: `repose` under XDG_CACHE_HOME or ~/.cache.
 * @throws Error where neither XDG_CACHE_HOME nor HOME is set.
 */
export function cacheFolder(): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  const cache = Deno.env.get("XDG_CACHE_HOME") || (home && join(home, ".cache"));
  if (!cache) {
    throw new Error("neither XDG_CACHE_HOME nor HOME is set, so there is no cache folder");
  }
  return join(cache, "repose");
}

/** Asks for a URL. @throws Error of one line, without the URL, where nothing answers or the answer is no file. */
export async function request(url: URL, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { headers }).catch(({ cause, message }: Error) => {
    const reason = (cause instanceof Error ? cause.message : message).split(": ").at(-1);
    throw new Error(`can't be reached (${reason}); check the address and the connection`);
  });
  if (!response.ok) {
    await response.body?.cancel();
    const { status, statusText } = response;
    throw new Error(`the server answers ${status} ${statusText}; check the address`);
  }
  return response;
}
