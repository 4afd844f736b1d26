import type { IncomingHttpHeaders } from "node:http";
import type { BeforeSend } from "./before-send.ts";
import type { OpenCertificate } from "./client-certificate.ts";
import type { RequestBody } from "./upload-source.ts";

/** Largest header section that an adapter may read, bytes. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** One request as it goes over the wire: no redirect, no repetition, no decompression. */
export interface TransportHop {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: RequestBody | undefined;
  /** Sockets are shared by hops of the same pool and certificate only, and only for the same origin. */
  readonly pool: string;
  readonly certificate: OpenCertificate | undefined;
  /** Present: a socket of its own; settles between connecting and the first byte, and a rejection sends nothing. */
  readonly beforeSend: BeforeSend | undefined;
}

/** Hears of one hop. `ended` or `failed` comes last, once; nothing comes after it. */
export interface HopReceiver {
  /** The socket is there: bytes of the request may have left from here on. */
  started(): void;
  /** More of a body that is read as it is sent was wanted: what came before is on its way. */
  sending(): void;
  /** The final status and headers; 1xx are not told. `fields`: how many header lines came. */
  head(status: number, headers: IncomingHttpHeaders, fields: number): void;
  /** Bytes of the body as they came, still encoded (RFC 9110 §8.4). */
  data(chunk: Buffer): void;
  /** The body is whole by its framing (RFC 9112 §6.3). */
  ended(): void;
  /** `code` of the error, or of one that it wraps, is Node's, e.g. `ECONNRESET`. */
  failed(error: Error): void;
}

/** Holds the flow of one hop. */
export interface HopFlow {
  /** Stops reading the socket. */
  pause(): void;
  resume(): void;
  /** Gives the hop up, with its socket where an answer is under way. The receiver is told nothing more. Harmless after the end. */
  abort(): void;
}

/** How a hop is carried. Sockets are opened by the {@link Dialer} alone; phases before the socket have its limits, later ones the caller's. */
export interface Transport {
  /** Never throws: what goes wrong is told to the receiver, which may happen before this returns. */
  dispatch(hop: TransportHop, receiver: HopReceiver): HopFlow;
  /** Closes every socket, those in use too. */
  close(): void;
}

/** Adapters by name. */
export type TransportName = "got" | "undici";
