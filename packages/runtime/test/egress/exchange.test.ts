// Pins: a bomb that is read on after it has gone off (scorecard R19), an exchange that is settled twice or never, a busy process that calls a
// vendor silent.
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { Exchange, type ExchangeTerms, type Received } from "../../src/egress/exchange.ts";
import type { HopReceiver } from "../../src/egress/transport.ts";

const MB = 1024 * 1024;

/** A transport whose other side is the test. */
function exchangeWith(parts: Partial<ExchangeTerms> = {}) {
  const flow = { isHeld: false, aborted: 0, go: (): void => undefined };
  const terms: ExchangeTerms = {
    limitMs: 60_000,
    firstByteMs: 60_000,
    maxBytes: 10 * MB,
    signal: new AbortController().signal,
    listener: undefined,
    url: new URL("https://api.acme.example/"),
    bodiless: false,
    shown: false,
    ...parts,
  };
  let settled = 0;
  let receiver: HopReceiver | undefined;
  const answer = new Promise<Received<unknown>>((resolve, reject) => {
    const once =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        settled++;
        settle(value);
      };
    new Exchange(terms, false, once(resolve), once(reject)).run((hears) => {
      receiver = hears;
      return {
        pause: () => {
          flow.isHeld = true;
        },
        resume: () => {
          flow.isHeld = false;
          flow.go();
        },
        abort: () => {
          flow.aborted++;
          flow.go();
        },
      };
    });
  });
  answer.catch(() => undefined);
  if (receiver === undefined) throw new Error("not dispatched");
  return { flow, answer, hears: receiver, settled: () => settled };
}

it.each([
  ["gzip", gzipSync(Buffer.alloc(400 * MB))],
  ["br", brotliCompressSync(Buffer.alloc(400 * MB), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ["zstd", zstdCompressSync(Buffer.alloc(400 * MB))],
])("of a bomb in %s no more than 64 KB is read beyond its 10 MB", async (encoding, bomb) => {
  const { flow, answer, hears } = exchangeWith();
  hears.started();
  hears.head(200, { "content-encoding": encoding }, 1);
  let read = 0;
  while (flow.aborted === 0 && read < bomb.length) {
    if (flow.isHeld) await new Promise<void>((go) => (flow.go = go));
    const chunk = bomb.subarray(read, read + 4_096);
    read += chunk.length;
    hears.data(chunk);
    await new Promise((go) => setImmediate(go));
  }
  if (flow.aborted === 0) hears.ended();
  await expect(answer).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  const needed = Math.ceil((bomb.length * 10) / 400);
  console.log(`R19: ${encoding} stopped after ${read} B of ${bomb.length}; ${needed} make 10 MB`);
  expect(read).toBeLessThanOrEqual(needed + 64 * 1024);
});

it("settles once, whatever comes after, and gives the hop up once", async () => {
  const controller = new AbortController();
  const { flow, answer, hears, settled } = exchangeWith({ signal: controller.signal });
  hears.started();
  controller.abort(new Error("called off"));
  hears.head(200, {}, 0);
  hears.data(Buffer.from("late"));
  hears.ended();
  hears.failed(new Error("late"));
  await expect(answer).rejects.toMatchObject({ reach: "sent", message: "called off" });
  expect({ settled: settled(), aborted: flow.aborted }).toEqual({ settled: 1, aborted: 1 });
});

it("is unsent until the socket is there", async () => {
  const { answer, hears } = exchangeWith();
  hears.failed(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
  await expect(answer).rejects.toMatchObject({ reach: "unsent", code: "ECONNREFUSED" });
});

it("reads what came while this process was busy before it calls the other side silent", async () => {
  const { answer, hears } = exchangeWith({ firstByteMs: 30 });
  hears.started();
  // What the poll phase brings comes after the timers that are due.
  setTimeout(() => {
    setImmediate(() => {
      hears.head(200, {}, 0);
      hears.ended();
    });
    const until = performance.now() + 60;
    while (performance.now() < until);
  }, 5);
  await expect(answer).resolves.toMatchObject({ status: 200 });
});
