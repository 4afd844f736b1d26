import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { elapsedMs, startTimer, type Timer } from "../system-clock.ts";

/** Longest rest of a socket, ms. */
const REST_MS = 30_000;
const SWEEP_MS = 1_000;
/** So much earlier than a server says that it closes a socket at rest, ms: a request must not cross that. */
const EARLIER_MS = 1_000;

/**
 * Closes sockets that have rested for long: one timer for all of them, as a timer of each, started and stopped by every call, costs a call more
 * than all other rules of egress.
 *
 * Owns: when each socket at rest is closed.
 * Does not own: sockets in use, and which socket is taken next (http.Agent).
 * Invariants:
 *   I1. A socket is closed at most a sweep after its time, and never while it is taken.
 *   I2. There is no timer while nothing rests.
 */
export class IdleSockets {
  readonly #until = new Map<Duplex, number>();
  readonly #sweepMs: number;
  #timer: Timer | undefined;

  /** @param sweepMs How often it is looked. */
  constructor(sweepMs = SWEEP_MS) {
    this.#sweepMs = sweepMs;
  }

  /** A socket rests from now on, for so long at most. */
  rest(socket: Duplex, restMs = REST_MS): void {
    this.#until.set(socket, elapsedMs() + restMs);
    this.#timer ??= startTimer(this.#sweepMs, sweep, this);
  }

  /** A socket is used again. */
  take(socket: Duplex): void {
    this.#until.delete(socket);
  }

  /** Closes those whose time has come. */
  sweep(): void {
    const now = elapsedMs();
    for (const [socket, untilMs] of this.#until) {
      if (untilMs > now && !socket.destroyed) continue;
      this.#until.delete(socket);
      socket.destroy();
    }
    this.#timer = this.#until.size === 0 ? undefined : startTimer(this.#sweepMs, sweep, this);
  }
}

function sweep(sockets: IdleSockets): void {
  sockets.sweep();
}

/** How long a socket may rest after its last answer: shorter where the server says that it closes it sooner (`Keep-Alive: timeout`). */
export function restOf(socket: Duplex): number {
  // Node's own agents read it there too.
  const { _httpMessage: last } = socket as Duplex & { readonly _httpMessage?: { readonly res?: IncomingMessage } };
  const hint = last?.res?.headers["keep-alive"];
  const seconds = typeof hint === "string" ? /^timeout=(\d+)/.exec(hint)?.[1] : undefined;
  return seconds === undefined ? REST_MS : Math.min(REST_MS, Math.max(0, Number(seconds) * 1_000 - EARLIER_MS));
}
