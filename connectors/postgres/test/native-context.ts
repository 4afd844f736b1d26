import { connect, type Socket } from "node:net";
import type { Json, NativeContext, NativePage, NetworkTarget } from "@mortise/sdk";
import postgres from "../src/connector.ts";

/** A connection over real sockets, as the runtime would keep one: its resources live until `close`. */
export class TestConnection {
  readonly settings: Json;
  readonly credential: { readonly [field: string]: string };
  readonly commits: string[] = [];
  opened = 0;
  readonly #resources = new Map<string, { value: Promise<unknown>; close: (value: never) => Promise<void> }>();

  constructor(settings: Json, credential: { readonly [field: string]: string } = {}) {
    this.settings = settings;
    this.credential = credential;
  }

  context(options: { readonly signal?: AbortSignal; readonly commitPoint?: () => Promise<void> } = {}): NativeContext {
    return {
      settings: this.settings,
      credential: this.credential,
      signal: options.signal ?? new AbortController().signal,
      idempotencyKey: "key-1",
      connect: (target) => {
        this.opened++;
        return dial(target);
      },
      files: { resolve: () => Promise.reject(new Error("no files")) },
      commitPoint: options.commitPoint ?? (async () => void this.commits.push("commit")),
      resource: <T>(key: string, open: () => Promise<T>, close: (value: T) => Promise<void>): Promise<T> => {
        const kept = this.#resources.get(key) ?? { value: open(), close: close as (value: never) => Promise<void> };
        this.#resources.set(key, kept);
        return kept.value as Promise<T>;
      },
      log: () => {},
    };
  }

  /** Calls an operation as the runtime does, past the types. */
  async call(operation: string, input: Json, context = this.context()): Promise<never> {
    const binding = postgres.natives[operation];
    if (!binding || !("call" in binding)) throw new Error(`${operation} is no call`);
    return (await (binding.call as (input: Json, ctx: NativeContext) => Promise<unknown>)(input, context)) as never;
  }

  /** Opens `streamRows` at a cursor. */
  stream(input: Json, size: number, cursor: Json = null): AsyncIterable<NativePage> {
    const binding = postgres.natives.streamRows;
    if (!binding || !("stream" in binding)) throw new Error("streamRows is no stream");
    const open = binding.stream as (
      input: Json,
      ctx: NativeContext,
      page: { cursor: Json; size: number },
    ) => AsyncIterable<NativePage>;
    return open(input, this.context(), { cursor, size });
  }

  async close(): Promise<void> {
    for (const { value, close } of this.#resources.values()) await close((await value) as never);
    this.#resources.clear();
  }
}

function dial(target: NetworkTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = "unixSocket" in target ? connect(target.unixSocket) : connect(target.port, target.host);
    socket.once("error", reject).once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
