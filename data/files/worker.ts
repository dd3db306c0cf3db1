/// <reference lib="deno.worker" />
import type { Answer, Ask } from "./worker_pool.ts";

/**
 * Answers the requests of a `WorkerPool`, in the worker's thread.
 *
 * @param transfer the buffers of a result that need not be copied
 */
export function answerWith<Request, Result>(
  work: (request: Request) => Result | Promise<Result>,
  transfer: (result: Result) => ArrayBufferLike[] = () => [],
): void {
  const send = (answer: Answer<Result>, buffers: ArrayBufferLike[] = []) =>
    self.postMessage(answer, buffers as ArrayBuffer[]);
  self.onmessage = async ({ data: { id, request } }: MessageEvent<Ask<Request>>) => {
    try {
      const result = await work(request);
      send({ id, result }, transfer(result));
    } catch (error) {
      send({ id, message: (error as Error).message });
    }
  };
}
