import { isUtf8 } from "node:buffer";

/** Checks that bytes which come in pieces are UTF-8 (RFC 3629), also where a piece ends inside a character. */
export class Utf8Guard {
  #rest: Buffer = Buffer.alloc(0);

  /** False where the bytes so far cannot be UTF-8. */
  accepts(bytes: Buffer): boolean {
    const whole = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const cut = completeLength(whole);
    this.#rest = Buffer.from(whole.subarray(cut));
    return isUtf8(whole.subarray(0, cut));
  }

  /** False where the bytes end inside a character. */
  complete(): boolean {
    return this.#rest.length === 0;
  }
}

/** Length without a character that is begun and not complete at the end. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
