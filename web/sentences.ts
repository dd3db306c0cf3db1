/// <reference lib="dom" />
/** What people are told when something can't be. */
import { type Checkpoint, checkpointModel } from "../model/checkpoint.ts";
import { isHuman } from "../pose/skeleton.ts";

/** Why this browser can't paint, or null where it can. */
export async function whyUnsupported(): Promise<string | null> {
  const rest = "You can still shape and save poses here.";
  if (!isSecureContext) {
    return `Browsers paint only on secure pages: open this one by https or from localhost. ${rest}`;
  }
  if (!navigator.gpu || !("getFloat16" in DataView.prototype)) {
    return "This browser lacks WebGPU, which paints the pictures. Current Chrome, Edge and Safari " +
      `have it, and Firefox on Windows and macOS. ${rest}`;
  }
  if (await navigator.gpu.requestAdapter() === null) {
    return "This browser has WebGPU but no graphics adapter for it: switch hardware acceleration on " +
      `in its settings, or update the graphics driver. ${rest}`;
  }
  return null;
}

const cameraSentences: Readonly<Record<string, string>> = {
  NotAllowedError: "The camera was refused: allow it for this page in the browser's address bar, " +
    "then press Camera again.",
  NotFoundError: "No camera is found: connect one, or drop a clip of somebody on the page.",
  NotReadableError: "The camera is in use by another program: close that, then press Camera again.",
};

/** Why there is no camera, from what the browser says. */
export function cameraSentence(error: unknown): string {
  const { name, message } = error as DOMException;
  return cameraSentences[name] ?? `The camera does not open: ${message}`;
}

/** @throws Error of one sentence where a model is not of people, whose joints are all that the page shows. */
export function requirePeople(checkpoint: Checkpoint): void {
  const { skeleton } = checkpointModel(checkpoint);
  if (isHuman(skeleton)) return;
  throw new Error(`${checkpoint.path} paints a ${skeleton.name}, but this page poses people only.`);
}

/** An error as a sentence with what to do. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/out of memory|allocat|exceeds the max|binds at most/i.test(message)) {
    return "The GPU has too little memory for this: close other tabs, or open a smaller model.";
  }
  if (/^lost: |the GPU was lost|device (is|was) lost/i.test(message)) {
    return "The GPU stopped working for this page, as drivers do when they restart.";
  }
  return message;
}
