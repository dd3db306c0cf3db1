/// <reference lib="dom" />
/** What the page says: over the result while there is none, and in a notice that can be closed. */
import { button, element } from "./elements.ts";

const box = element("status", HTMLElement);
const text = element("status-text", HTMLElement);
const bar = element("progress", HTMLProgressElement);
const retry = button("retry");
const notice = element("notice", HTMLElement);
const noticeText = element("notice-text", HTMLElement);

button("notice-close").addEventListener("click", () => notice.hidden = true);

/** Says over the result what is waited for; `share` 0..1 of it is done, where that is known. */
export function showProgress(sentence: string, share = NaN): void {
  if (text.textContent !== sentence) text.textContent = sentence;
  if (share >= 0) bar.value = share;
  else bar.removeAttribute("value");
  bar.hidden = false;
  retry.hidden = true;
  box.hidden = false;
}

/** Says over the result why there is none, with a button to try again where `again` is given. */
export function showFailure(sentence: string, again: (() => void) | null): void {
  text.textContent = sentence;
  bar.hidden = true;
  retry.hidden = again === null;
  retry.onclick = again;
  box.hidden = false;
}

/** The result is seen. */
export function clearStatus(): void {
  box.hidden = true;
}

/** Says something that leaves the page as it was. */
export function notify(sentence: string): void {
  noticeText.textContent = sentence;
  notice.hidden = false;
}

export function clearNotice(): void {
  notice.hidden = true;
}
