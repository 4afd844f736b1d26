/**
 * Leaves a token endpoint alone that fails for everybody who uses it in one way: it is named by tenant, scheme and host, so that nobody can have
 * another's endpoint left alone.
 *
 * Owns: how often each host has failed in a row.
 * Does not own: for how long a host is left alone (Circuit), time (`now`), chance (`random`), what is sent.
 * Invariants:
 *   B1. A host is left alone after five failures in a row, for 5 to 10 s at first and up to five minutes.
 *   B2. After that one request goes out; the others wait for how it ends.
 *   B3. An answer of any kind that is no failure of the host lets everybody in again.
 */
import { backOffMs } from "./back-off.ts";
import { Circuit, type CircuitPolicy } from "./circuit.ts";

const FAILURES = 5;
/** Failures that the first pause counts as: 500 ms doubled four times makes 8 s. */
const HEAD_START = 5;
const MAX_HOSTS = 1_000;

const POLICY: CircuitPolicy = Object.freeze({
  openMs: (openings: number, random: () => number) => backOffMs(HEAD_START + openings - 1, random),
  probes: 1,
  probeMs: 60_000,
});

interface Host {
  failures: number;
  readonly circuit: Circuit;
  pass: number;
}

export class HostBreaker {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #hosts = new Map<string, Host>();

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** Undefined: a request may go out. Otherwise when to come back, epoch ms. */
  shutUntil(host: string): number | undefined {
    return this.#hosts.get(host)?.circuit.shutUntil(this.#now());
  }

  /** A request goes out now: after a pause it is the one whose end all others wait for (B2). */
  goesOut(host: string): void {
    const known = this.#hosts.get(host);
    if (known !== undefined) known.pass = known.circuit.goesOut(this.#now());
  }

  failed(host: string): void {
    const known = this.#hosts.get(host) ?? { failures: 0, circuit: new Circuit(POLICY, this.#random), pass: 0 };
    known.failures++;
    known.circuit.ended(known.pass, "badly", this.#now());
    if (known.failures >= FAILURES) known.circuit.trip(this.#now());
    this.#hosts.delete(host);
    this.#hosts.set(host, known);
    for (const oldest of this.#hosts.keys()) {
      if (this.#hosts.size <= MAX_HOSTS) break;
      this.#hosts.delete(oldest);
    }
  }

  worked(host: string): void {
    this.#hosts.delete(host);
  }
}
