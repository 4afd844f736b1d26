/**
 * What every attempt of one connection to one host passes.
 *
 * Owns: the connection's own circuit and throttle.
 * Does not own: places and the shared circuit (HostLoad), rate limits (budget), when to try again (retry).
 * Talks to: HostLoad; what is called without a host (a database) has none.
 * Invariants:
 *   T1. A call to which both circuits are closed and that finds a place allocates one object and waits for nothing.
 *   T2. An attempt is started only with as much time left as the operation usually takes (its median of late), and 100 ms.
 *   T3. A circuit refuses before a place or a permit is taken; half-open ones count what they let out when it really goes out.
 */
import { Circuit } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import { CIRCUIT_POLICY, CircuitRule } from "../breaker/circuit-rule.ts";
import type { Evidence } from "../breaker/host-circuit.ts";
import type { ReadyCall } from "../call.ts";
import { ClientThrottle } from "./client-throttle.ts";
import type { GateParts, HostLoad } from "./host-load.ts";
import { Latency } from "./latency.ts";
import { Passage } from "./passage.ts";
import type { Rank } from "./priority.ts";

/** An attempt is not started with less time left. */
const MIN_ATTEMPT_MS = 100;

/** Whose gate it is. */
export interface GateOwner {
  readonly connector: string;
  readonly host: string;
  readonly connection: string;
  readonly tenant: string;
}

export class TargetGate {
  readonly owner: GateOwner;
  readonly parts: GateParts;
  /** Undefined: what is called has no host. */
  readonly host: HostLoad | undefined;
  readonly evidence: Evidence | undefined;
  readonly circuit: Circuit;
  readonly rule = new CircuitRule();
  readonly throttle: ClientThrottle;
  readonly #latencies = new Map<string, Latency>();

  /** @param group Who answers for what the calls come to: the tenant, or the connection. */
  constructor(owner: GateOwner, group: string, parts: GateParts, host: HostLoad | undefined) {
    this.owner = owner;
    this.parts = parts;
    this.host = host;
    this.evidence = host?.shared.evidence(group);
    this.throttle = new ClientThrottle(parts.random);
    this.circuit = new Circuit(CIRCUIT_POLICY, parts.random, (from, to) => {
      if (to === "closed") this.rule.clear();
      // Who is left alone is not held back besides: a probe would be.
      this.throttle.clear();
      parts.changed({ ...owner, from, to, ...(to === "open" ? { untilMs: this.circuit.untilMs } : {}) });
    });
  }

  latency(operation: string): Latency {
    if (this.host !== undefined) return this.host.latency(operation);
    const known = this.#latencies.get(operation) ?? new Latency();
    this.#latencies.set(operation, known);
    return known;
  }

  /** Throws `CIRCUIT_OPEN` where a circuit would let the attempt not out now. Takes nothing. */
  check(call: ReadyCall, rank: Rank): void {
    if (this.#isClosed()) return;
    const nowMs = this.parts.clock.now();
    // What is not safe to repeat is no scout: it might end as unknown.
    const own = this.circuit.shutUntil(nowMs, call.repeatable);
    const shared = this.host?.shared.circuit.shutUntil(nowMs, call.repeatable);
    if (own === undefined && shared === undefined) return;
    const { connector, host, connection } = this.owner;
    const retryAtMs = Math.max(own ?? 0, shared ?? 0);
    this.parts.shed(rank, connector, "circuit_open");
    const where = host === "" ? `the other side of ${connection || connector}` : host;
    const whose = shared === undefined ? `with the connection "${connection}"` : "for all connections";
    throw new MortiseError("CIRCUIT_OPEN", `${call.use}: ${where} failed so often ${whose} that it is left alone for a while.`, {
      retryAtMs,
    });
  }

  /**
   * Lets an attempt out, or waits for a place for it. Throws, and rejects, with `THROTTLED`, `CIRCUIT_OPEN`, `OVERLOADED`, `DEADLINE_EXCEEDED`, or the
   * reason of the call's signal.
   */
  enter(call: ReadyCall, latency: Latency, rank: Rank, isRetry: boolean): Passage | Promise<Passage> {
    const nowMs = this.parts.clock.now();
    const elapsedMs = this.parts.elapsedMs();
    if (!isRetry && this.#isClosed() && this.throttle.keepsBack(nowMs)) {
      this.parts.shed(rank, this.owner.connector, "throttled");
      const message = `${call.use}: ${this.owner.host || this.owner.connector} turns most calls of this connection away, so this one is not sent.`;
      throw new MortiseError("THROTTLED", message, { retryAtMs: nowMs + 1_000 });
    }
    this.#checkTime(call, latency, nowMs, elapsedMs);
    const { host, evidence } = this;
    if (host === undefined || evidence === undefined || host.slots.tryEnter(rank, evidence.group)) {
      return new Passage(this, latency, { counts: !isRetry, nowMs, elapsedMs });
    }
    return this.#wait(call, latency, rank, isRetry, host, evidence.group);
  }

  #isClosed(): boolean {
    return this.circuit.state === "closed" && (this.host === undefined || this.host.shared.circuit.state === "closed");
  }

  async #wait(call: ReadyCall, latency: Latency, rank: Rank, isRetry: boolean, host: HostLoad, group: string): Promise<Passage> {
    const what = `${call.use}: ${host.host} has ${host.slots.inFlight} calls in progress`;
    await host.slots.wait({ rank, tenant: group, what, untilMs: call.deadlineMs - MIN_ATTEMPT_MS }, call.signal);
    try {
      this.check(call, rank);
      const nowMs = this.parts.clock.now();
      const elapsedMs = this.parts.elapsedMs();
      this.#checkTime(call, latency, nowMs, elapsedMs);
      return new Passage(this, latency, { counts: !isRetry, nowMs, elapsedMs });
    } catch (error) {
      host.slots.leave(group);
      throw error;
    }
  }

  #checkTime(call: ReadyCall, latency: Latency, nowMs: number, elapsedMs: number): void {
    const left = call.endsAtMs - elapsedMs;
    if (left >= MIN_ATTEMPT_MS) {
      const median = latency.medianMs(nowMs);
      if (median === undefined || left >= median) return;
      const message = `Only ${Math.round(left)} ms were left for an attempt, and ${call.use} usually takes ${Math.round(median)}.`;
      throw new MortiseError("DEADLINE_EXCEEDED", message);
    }
    throw new MortiseError("DEADLINE_EXCEEDED", `Only ${Math.max(0, Math.round(left))} ms were left for another attempt.`);
  }
}
