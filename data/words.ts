/** The bytes of some values as 32-bit words, as the GPU takes them; `count` words, the rest zeros. */
export function packedWords(
  values: Uint8Array | Float32Array,
  count = Math.ceil(values.byteLength / 4),
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(count);
  new Uint8Array(words.buffer).set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return words;
}
