/// <reference lib="dom" />
/** The files that were built with the page, whose names page.html tells. */
import type { Picture } from "../data/types.ts";
import { type Checkpoint, parseCheckpoint } from "../model/checkpoint.ts";
import { parseGraphWeights } from "../networks/formats/graph_weights.ts";
import type { NamedTensors } from "../networks/weights.ts";
import { readPhoto } from "./pictures.ts";

/** Told how many bytes of how many have come; the whole is NaN where the server does not say. */
export type OnProgress = (bytes: number, of: number) => void;

/** The bundled checkpoint. */
export async function bundledCheckpoint(onProgress: OnProgress): Promise<Checkpoint> {
  const bytes = await fetchBytes(document.body.dataset.checkpoint!, onProgress);
  return parseCheckpoint(bytes, "The bundled model");
}

/** What a JSON file that was built with the page holds. */
export async function fetchJson<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fetchBytes(name)));
}

/** A picture that was built with the page. */
export async function fetchPicture(name: string): Promise<Picture> {
  return await readPhoto(new File([await fetchBytes(name)], name));
}

/** Whether the pose estimator's weights are among the files. */
export const hasEstimator = () => document.body.dataset.estimatorModel !== "";

/** The pose estimator's weights. */
export async function estimatorWeights(): Promise<NamedTensors> {
  const { estimatorModel, estimatorWeights } = document.body.dataset;
  const [model, weights] = await Promise.all([
    fetchBytes(estimatorModel!),
    fetchBytes(estimatorWeights!),
  ]);
  return parseGraphWeights({ model: new TextDecoder().decode(model), weights });
}

async function fetchBytes(name: string, onProgress: OnProgress = () => {}) {
  const failed = () => new Error(`${name} did not come from the server: load the page again.`);
  const response = await fetch(name).catch(() => null);
  if (!response?.ok || !response.body) throw failed();
  const whole = Number(response.headers.get("content-length") ?? NaN);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let count = 0;
  try {
    for (const reader = response.body.getReader();;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      onProgress(count += value.length, whole);
    }
  } catch {
    throw failed();
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
