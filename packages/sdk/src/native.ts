import type { Socket } from "node:net";
import type { Json } from "@mortise/contract";

/**
 * What an operation's own code (kind `native`) may use. Everything that leaves the process goes through it, so that native
 * operations obey the same egress rules, budgets and deadlines as declarative ones.
 */
export interface NativeContext<Settings = Json> {
  readonly settings: Settings;
  /** Fields of the connection's credential, e.g. `username`, `password`, `apiKey`; empty where there is none. Never log them. */
  readonly credential: { readonly [field: string]: string };
  /** Aborts at the deadline or on cancel. */
  readonly signal: AbortSignal;
  /** Same for all attempts and replays of this call. */
  readonly idempotencyKey: string;
  /** Opens a TCP socket, or a Unix socket, after the egress check. Throws `EGRESS_DENIED`, `TARGET_SICK`. */
  connect(target: NetworkTarget): Promise<Socket>;
  /** Files of the deployment's allowed folders. */
  readonly files: FileAccess;
  /**
   * Says: from here on the effect may have happened. Only for operations whose `idempotency` is `none`; throws `UNKNOWN_OUTCOME`
   * when an earlier attempt of the same call got this far.
   */
  commitPoint(): Promise<void>;
  /** A resource kept for this connection (a pool, a transport): opened once, closed when the connection is or after 60 s of idleness. */
  resource<T>(key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>): Promise<T>;
  log(level: "info" | "warn", message: string, fields?: { readonly [key: string]: Json }): void;
}

export type NetworkTarget =
  | { readonly host: string; readonly port: number; readonly tls?: boolean; readonly servername?: string }
  | { readonly unixSocket: string };

/** Turns a path of the workflow into a checked absolute one. Throws `FILE_NOT_ALLOWED`. */
export interface FileAccess {
  /** `base` is the connection's own folder, if it has one. */
  resolve(path: string, mode: "read" | "write", base?: string): Promise<string>;
}

/** An operation in code that returns once. */
export type NativeCall<In = Json, Out = Json, Settings = Json> = (input: In, ctx: NativeContext<Settings>) => Promise<Out>;

/** An operation in code that reads in pages, from a cursor on. */
export type NativeStream<In = Json, Item = Json, Settings = Json> = (
  input: In,
  ctx: NativeContext<Settings>,
  page: { readonly cursor: Json; readonly size: number },
) => AsyncIterable<NativePage<Item>>;

export interface NativePage<Item = Json> {
  readonly items: readonly Item[];
  /** Cursor after this page; null: nothing follows. */
  readonly next: Json;
}

/** The code of one native operation. A stream operation's `call` is derived by the runtime: it collects pages up to 10,000 items or `input.limit`. */
export type NativeBinding =
  | { readonly call: NativeCall<never, unknown, never> }
  | { readonly stream: NativeStream<never, unknown, never> };
