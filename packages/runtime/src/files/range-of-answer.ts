import { MortiseError } from "@mortise/contract";

type Headers = { readonly [name: string]: string };

/** A date that is a strong validator: what was changed so short before it was sent may have been changed again (RFC 9110 §8.8.2.2). */
const STRONG_AFTER_MS = 60_000;

/** What one answer is known by, and whether the rest of it may be asked for (RFC 9110 §13.1.5, §14). */
export class RangeOfAnswer {
  /** What `If-Range` says. Undefined: nothing can be gone on from. */
  #validator: string | undefined;
  #isDate = false;
  /** All bytes of it; undefined: not said. */
  #total: number | undefined;
  #asked: number | undefined;

  /** Headers that ask for what is behind `bytes`. */
  asks(bytes: number, own: Headers): Headers {
    const isOwn = Object.keys(own).some((name) => /^(?:if-)?range$/i.test(name));
    if (this.#validator === undefined || bytes === 0 || isOwn) {
      this.#asked = undefined;
      return isOwn ? {} : NOTHING;
    }
    this.#asked = bytes;
    // Of a body that is packed on its way another part would come.
    return { range: `bytes=${bytes}-`, "if-range": this.#validator, "accept-encoding": "identity" };
  }

  /** Whether a range that was asked for is refused (416, RFC 9110 §15.5.17): the next attempt starts over. */
  refuses(status: number): boolean {
    if (status !== 416 || this.#asked === undefined) return false;
    this.#validator = undefined;
    return true;
  }

  /** Where an answer starts: at 0, or behind what there is. Throws `INVALID_OUTPUT` for a part that was not asked for. */
  starts(status: number, headers: Headers, bytes: number): number {
    const asked = this.#asked;
    if (status !== 206 || asked === undefined) {
      this.#learn(status, headers);
      return 0;
    }
    const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
    const isSame = this.#isDate ? headers["last-modified"] === this.#validator : headers.etag === this.#validator;
    const fits =
      Number(first) === bytes && Number(last) === Number(total) - 1 && Number(total) === (this.#total ?? Number(total));
    if (!fits || !isSame || headers["content-encoding"] !== undefined) {
      this.#validator = undefined;
      throw new MortiseError(
        "INVALID_OUTPUT",
        `The rest of the file was asked for (from byte ${bytes}), and another part came: ${headers["content-range"] ?? "none said"}.`,
      );
    }
    this.#total = Number(total);
    return bytes;
  }

  /** Nothing more comes. Throws `INVALID_OUTPUT` where that is not all. */
  complete(bytes: number): void {
    if (this.#total === undefined || this.#total === bytes) return;
    throw new MortiseError("INVALID_OUTPUT", `The file has ${bytes} bytes, and ${this.#total} were announced.`);
  }

  #learn(status: number, headers: Headers): void {
    const { etag, date, "last-modified": modified, "accept-ranges": ranges = "", "content-length": length } = headers;
    const isPlain = headers["content-encoding"] === undefined;
    this.#total = status === 200 && isPlain && length !== undefined ? Number(length) : undefined;
    const mayGoOn = status === 200 && isPlain && /(?:^|,)\s*bytes\s*(?:,|$)/i.test(ranges);
    const isStrong = etag !== undefined && /^"[^"]*"$/.test(etag);
    const settledMs = Date.parse(date ?? "") - Date.parse(modified ?? "");
    this.#isDate = !isStrong && etag === undefined && settledMs >= STRONG_AFTER_MS;
    this.#validator = !mayGoOn ? undefined : isStrong ? etag : this.#isDate ? modified : undefined;
  }
}

const NOTHING: Headers = Object.freeze({});
