// Pins R18 of the reliability scorecard for our own server: clients that hold connections by sending or taking a byte now and then, until nobody else
// is served. In the suite with 200 sockets, all of which have to be closed; MORTISE_SLOW_SOCKETS=2000 is the full size, which is held against the
// clock as well (an idle machine is needed). Prints the figures.

import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { type RunningMortise, startMortise, waitForOutput } from "../world/mortise-process.ts";
import { childOf } from "../world/process-memory.ts";
import { quantile } from "./offered-load.ts";

// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const SOCKETS = Number(process.env.MORTISE_SLOW_SOCKETS ?? 200);
const isFull = SOCKETS >= 2_000;
const CLOSED_WITHIN_MS = 15_000;
const WAVE = 100;

const folder = mkdtempSync(join(tmpdir(), "mortise-slow-"));
let running: RunningMortise | undefined;
afterAll(async () => {
  running?.child.kill("SIGTERM");
  await running?.finished;
  rmSync(folder, { recursive: true, force: true });
});

/** What one slow client does; it is called once a second. */
interface Slow {
  readonly name: string;
  readonly first: string;
  readonly next?: string;
  /** Absent: true. */
  readonly reads?: false;
}

const LOGIN = "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
/** @param large What is large enough that a few of it do not fit into the buffers of a connection. */
const kindsOf = (large: string): readonly Slow[] => [
  { name: "says nothing", first: "" },
  { name: "headers that never end", first: "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", next: "X-More: 1\r\n" },
  { name: "a body a byte a second", first: `${LOGIN}Content-Length: 100000\r\n\r\n{"`, next: "x" },
  { name: "chunks a byte a second", first: `${LOGIN}Transfer-Encoding: chunked\r\n\r\n`, next: "1\r\nx\r\n" },
  { name: "asks for much and never reads", first: get(large).repeat(20), reads: false },
  { name: "asks once and stays", first: get("/api/v1/health") },
];

/** By kind, how long the longest of them was open, ms. */
const ended = new Map<string, number>();

function slow(
  port: number,
  { name, first, next, reads }: Slow,
): { readonly socket: Socket; readonly timer: NodeJS.Timeout; readonly connected: Promise<void> } {
  const socket = connect(port, "127.0.0.1");
  // Who never reads does not hear either that it was disconnected.
  if (reads === false) socket.pause();
  else socket.resume();
  let beganMs = performance.now();
  const connected = once(socket, "connect").then(() => {
    beganMs = performance.now();
  });
  socket.on("error", () => undefined);
  socket.once("close", () => ended.set(name, Math.max(ended.get(name) ?? 0, performance.now() - beganMs)));
  socket.write(first);
  const timer = setInterval(() => next !== undefined && socket.writable && socket.write(next), 1_000);
  return { socket, timer, connected };
}

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

test(`${SOCKETS} slow sockets keep nobody else waiting, and are closed`, async () => {
  running = startMortise(["serve", "--port", "0", "--data", folder]);
  const [, port] = await waitForOutput(running, /Open http:\/\/127\.0\.0\.1:(\d+)\//);
  const pid = childOf(running.child.pid ?? 0) ?? 0;
  const healthy = async (rounds: number, until: () => boolean): Promise<number[]> => {
    const took: number[] = [];
    for (let round = 0; round < rounds && !until(); round++) {
      const from = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/health`);
      await response.text();
      expect(response.status).toBe(200);
      took.push(performance.now() - from);
      await delay(10);
    }
    return took;
  };
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
  expect(script, "the pages are not built: npm run build").toBeDefined();
  const kinds = kindsOf(script ?? "/");
  await healthy(100, () => false);
  const alone = await healthy(400, () => false);
  const before = openFiles(pid);

  const clients: ReturnType<typeof slow>[] = [];
  try {
    // In waves: a listening socket takes so many at once, and the others would come seconds later.
    while (clients.length < SOCKETS) {
      const wave = Array.from({ length: Math.min(WAVE, SOCKETS - clients.length) }, (_, at) =>
        slow(Number(port), kinds[(clients.length + at) % kinds.length] as Slow),
      );
      clients.push(...wave);
      await Promise.all(wave.map(({ connected }) => connected));
    }
    // The system has accepted them; the server takes them when it comes to it.
    await expect.poll(() => openFiles(pid) - before, { timeout: 7_000, interval: 20 }).toBeGreaterThan(SOCKETS * 0.5);
    const from = performance.now();
    let closedMs: number | undefined;
    const watch = setInterval(() => {
      // The clients that measure have a few of their own.
      if (closedMs === undefined && openFiles(pid) - before <= 5) closedMs = performance.now() - from;
    }, 100);
    const crowded = await healthy(100_000, () => closedMs !== undefined || performance.now() - from > 120_000);
    clearInterval(watch);
    const ratio = quantile(crowded, 0.99) / quantile(alone, 0.99);
    console.log(
      `R18: ${SOCKETS} slow sockets of ${kinds.length} kinds, all closed after ${((closedMs ?? Number.NaN) / 1_000).toFixed(1)} s; healthy p99 ` +
        `${quantile(crowded, 0.99).toFixed(1)} ms, ${quantile(alone, 0.99).toFixed(1)} alone (${ratio.toFixed(2)}×), ${crowded.length} answered meanwhile`,
    );
    console.log(`longest open: ${[...ended].map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(1)} s`).join(", ")}`);
    expect(closedMs).toBeDefined();
    expect(crowded.length).toBeGreaterThan(50);
    if (isFull) {
      expect(closedMs).toBeLessThanOrEqual(CLOSED_WITHIN_MS);
      expect(ratio).toBeLessThanOrEqual(2);
    }
  } finally {
    for (const { socket, timer } of clients) {
      clearInterval(timer);
      socket.destroy();
    }
  }
}, 300_000);
