import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";

/** What {@link Inflation} writes to. */
export interface InflatedTo {
  /** False: no more for now, until {@link Inflation.resume}. */
  inflated(chunk: Buffer): boolean;
  inflatedAll(): void;
  /** What was sent is not what its encoding says, or is cut off. */
  notInflated(error: Error): void;
  /** The encoded side may go on. */
  drained(): void;
}

/** Content codings that are taken back (RFC 9110 §8.4.1, RFC 7932, RFC 8878), as asked for in `Accept-Encoding`. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

/** Bytes that may wait to be inflated: what is read after the limit was reached. */
const SMALL = { highWaterMark: 16 * 1024, chunkSize: 16 * 1024 };
/** Window of at most 8 MB, as RFC 9659 has it for this use: what a frame asks for is allocated. */
const ZSTD = { ...SMALL, params: { [constants.ZSTD_d_windowLogMax]: 23 } };
const MAX_LAYERS = 2;
const NOTHING = Buffer.alloc(0);

type Layer = (first: Buffer) => Transform;

const LAYERS: { readonly [coding: string]: Layer } = {
  gzip: () => createGunzip(SMALL),
  "x-gzip": () => createGunzip(SMALL),
  // Some servers leave the zlib header out (RFC 9110 §8.4.1.2).
  deflate: ([head = 0x78]) => ((head & 0x0f) === 0x08 ? createInflate(SMALL) : createInflateRaw(SMALL)),
  br: () => createBrotliDecompress(SMALL),
  zstd: () => createZstdDecompress(ZSTD),
};

/** The layers of a `Content-Encoding`, outermost first. Undefined: none, or one that is unknown, so that the body stays as it is. */
export function layersOf(encoding: string | undefined): readonly Layer[] | undefined {
  if (encoding === undefined || encoding === "") return undefined;
  const codings = encoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0 || codings.length > MAX_LAYERS) return undefined;
  const layers = codings.reverse().map((coding) => LAYERS[coding]);
  return layers.includes(undefined) ? undefined : (layers as readonly Layer[]);
}

/** Takes content codings back as bytes come, without ever holding more than zlib's own buffers. */
export class Inflation {
  readonly #layers: readonly Layer[];
  readonly #to: InflatedTo;
  #chain: readonly Transform[] | undefined;
  #over = false;

  constructor(layers: readonly Layer[], to: InflatedTo) {
    this.#layers = layers;
    this.#to = to;
  }

  /** False: enough for now, until `drained`. */
  write(chunk: Buffer): boolean {
    if (this.#over || chunk.length === 0) return true;
    this.#chain ??= this.#open(chunk);
    return this.#chain[0]?.write(chunk) ?? true;
  }

  /** Nothing more comes. A body without a byte is empty, whatever its encoding is said to be. */
  end(): void {
    if (this.#chain === undefined) this.#to.inflatedAll();
    else this.#chain[0]?.end();
  }

  resume(): void {
    this.#chain?.at(-1)?.resume();
  }

  close(): void {
    this.#over = true;
    for (const layer of this.#chain ?? []) layer.destroy();
  }

  #open(first: Buffer): readonly Transform[] {
    const chain: Transform[] = [];
    for (const layer of this.#layers) {
      const next = layer(chain.length === 0 ? first : NOTHING);
      next.on("error", (error: Error) => this.#over || this.#to.notInflated(error));
      chain.at(-1)?.pipe(next);
      chain.push(next);
    }
    const last = chain.at(-1);
    last?.on("data", (chunk: Buffer) => {
      if (!this.#over && !this.#to.inflated(chunk)) last.pause();
    });
    last?.on("end", () => this.#over || this.#to.inflatedAll());
    chain[0]?.on("drain", () => this.#over || this.#to.drained());
    return chain;
  }
}
