/// <reference lib="dom" />
import { Device } from "../engine/device.ts";
import { type AnswerStore, beFastest } from "../repose/fastest_kind.ts";

/** The GPU, of the kind as which it is fastest; the answer stays in this browser. @throws Error of one line as `Device.open`. */
export async function openDevice(): Promise<Device> {
  const device = await Device.open();
  await beFastest(device, `kind of ${device.name}`, answersInBrowser, () => {});
  return device;
}

const answersInBrowser: AnswerStore = {
  get: (name) => localStorage.getItem(name),
  set: (name, answer) => localStorage.setItem(name, answer),
};
