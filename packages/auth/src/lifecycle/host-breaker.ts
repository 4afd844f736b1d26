/**
 * Leaves a token endpoint alone that fails for everybody who uses it in one way: it is named by tenant, scheme and host, so that nobody can have
 * another's endpoint left alone.
 *
 * Owns: how often each host has failed in a row, and until when it is left alone.
 * Does not own: time (`now`), chance (`random`), what is sent.
 * Invariants:
 *   B1. A host is left alone after five failures in a row, for 5 to 10 s at first and up to five minutes.
 *   B2. After that one request goes out; the others wait for how it ends.
 *   B3. An answer of any kind that is no failure of the host lets everybody in again.
 */
import { backOffMs } from "./back-off.ts";

const FAILURES = 5;
/** Failures that the first pause counts as: 500 ms doubled four times makes 8 s. */
const HEAD_START = 5;
const MAX_HOSTS = 1_000;
/** A probe that was never heard of again does not shut the host for good. */
const PROBE_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;

export class HostBreaker {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #hosts = new Map<string, { failures: number; untilMs: number; probedAtMs?: number }>();

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** Undefined: a request may go out. Otherwise when to come back, epoch ms. */
  shutUntil(host: string): number | undefined {
    const known = this.#hosts.get(host);
    if (known === undefined || known.failures < FAILURES) return undefined;
    const nowMs = this.#now();
    if (nowMs < known.untilMs) return known.untilMs;
    return known.probedAtMs !== undefined && nowMs < known.probedAtMs + PROBE_MS ? nowMs + LOOK_AGAIN_MS : undefined;
  }

  /** A request goes out now: after a pause it is the one whose end all others wait for (B2). */
  goesOut(host: string): void {
    const known = this.#hosts.get(host);
    if (known !== undefined && known.failures >= FAILURES) known.probedAtMs = this.#now();
  }

  failed(host: string): void {
    const { failures = 0 } = this.#hosts.get(host) ?? {};
    const beyond = failures + 1 - FAILURES;
    const untilMs = beyond < 0 ? 0 : this.#now() + backOffMs(HEAD_START + beyond, this.#random);
    this.#hosts.delete(host);
    this.#hosts.set(host, { failures: failures + 1, untilMs });
    for (const oldest of this.#hosts.keys()) {
      if (this.#hosts.size <= MAX_HOSTS) break;
      this.#hosts.delete(oldest);
    }
  }

  worked(host: string): void {
    this.#hosts.delete(host);
  }
}
