/**
 * Zip archives (PKWARE's APPNOTE.TXT) whose files are stored as they are, as PyTorch writes them. Libraries at hand copy
 * every file, and run forever on some damaged archives.
 */

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const FILE = 0x04034b50;
/** Bytes of these records without the names and comments that follow. */
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const FILE_BYTES = 30;
const LONGEST_COMMENT = 0xffff;

/**
 * The files of an archive held in memory, by name: views of its bytes, not copies. Compressed ones are left out.
 * @throws Error where it is cut short or damaged.
 */
export function storedFiles(bytes: Uint8Array): Map<string, Uint8Array> {
  try {
    return readFiles(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    // A DataView's, beyond its end.
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
}

function readFiles(bytes: Uint8Array, view: DataView): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== ENTRY) throw damaged();
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const after = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const name = bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength);
    if (method === 0) {
      const begin = contentBegin(view, view.getUint32(at + 42, true));
      if (begin + size > bytes.length) throw damaged();
      files.set(new TextDecoder().decode(name), bytes.subarray(begin, begin + size));
    }
    at += ENTRY_BYTES + nameLength + after;
  }
  return files;
}

/** The record that ends the archive, with nothing but a comment after it. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw damaged();
}

/** Where the content begins of the file whose record is at `at`. */
function contentBegin(view: DataView, at: number): number {
  if (view.getUint32(at, true) !== FILE) throw damaged();
  return at + FILE_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
}

function damaged(): Error {
  return new Error("the zip is cut short or damaged; get the file again");
}
