/**
 * Lets go of clients that hold a connection and use it slowly on purpose: those that take their answers a byte at a time. (Those that send
 * their requests so are ended by {@link SERVER_TIMES}.)
 *
 * Owns: how much each connection has taken, one timer for all of them.
 * Does not own: requests and answers.
 * Invariants:
 *   C1. Who takes nothing of what waits for it for `stallMs`, or less than `leastBytesPerSecond` over `patienceMs`, is disconnected.
 *   C2. Who has taken all there is may wait as long as it likes: for an answer, or for events.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Times that a request may take to arrive, and a connection to be at rest, ms; looked at twice a second. */
export const SERVER_TIMES = Object.freeze({
  /** From the connection, or the end of the last request, until all headers are there. */
  headersTimeout: 8_000,
  /** The same until all of the request is. */
  requestTimeout: 11_000,
  keepAliveTimeout: 8_000,
  connectionsCheckingInterval: 500,
});

/** When a reader is too slow. */
export interface ReaderLimits {
  /** Absent: 8,000. */
  readonly stallMs?: number;
  /** Absent: 11,000. */
  readonly patienceMs?: number;
  /** Absent: 32,768. */
  readonly leastBytesPerSecond?: number;
  /** How often it is looked, ms. Absent: 500. */
  readonly everyMs?: number;
}

/** Since when something waits to be taken, and how much was taken. */
interface Backlog {
  readonly sinceMs: number;
  readonly takenThen: number;
  taken: number;
  tookMs: number;
}

/** Disconnects slow readers for as long as the server is open. */
export function closeSlowReaders(server: Server, limits: ReaderLimits = {}): void {
  const { stallMs = 8_000, patienceMs = 11_000, leastBytesPerSecond = 32_768, everyMs = 500 } = limits;
  const sockets = new Map<Socket, Backlog | undefined>();
  const look = (): void => {
    const nowMs = performance.now();
    for (const [socket, before] of sockets) {
      if (socket.writableLength === 0) {
        if (before !== undefined) sockets.set(socket, undefined);
        continue;
      }
      const taken = socket.bytesWritten - socket.writableLength;
      const backlog = before ?? { sinceMs: nowMs, takenThen: taken, taken, tookMs: nowMs };
      if (before === undefined) sockets.set(socket, backlog);
      if (taken > backlog.taken) Object.assign(backlog, { taken, tookMs: nowMs });
      const waitedMs = nowMs - backlog.sinceMs;
      const isSlow = waitedMs >= patienceMs && (taken - backlog.takenThen) * 1_000 < leastBytesPerSecond * waitedMs;
      if (isSlow || nowMs - backlog.tookMs >= stallMs) socket.resetAndDestroy();
    }
  };
  const timer = setInterval(look, everyMs).unref();
  server.on("connection", (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  server.once("close", () => clearInterval(timer));
}
