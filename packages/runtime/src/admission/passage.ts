import type { CircuitEnd, CircuitPass } from "@mortise/auth";
import { type FailureKind, failureKind } from "../breaker/failure-kind.ts";
import type { Latency } from "./latency.ts";
import type { TargetGate } from "./target-gate.ts";

/** A call that its own deadline cut off tells of an illness where it had waited for so many times the usual latency, and a second. */
const MUCH_LONGER = 8;
const AT_LEAST_MS = 1_000;

/** How an attempt goes out. */
interface Departure {
  /** Whether it tells something new of how many calls fail: a retry does not. */
  readonly counts: boolean;
  readonly nowMs: number;
  /** On the clock that nobody sets. */
  readonly elapsedMs: number;
}

/** One attempt that has been let through a gate. Its end is said once. */
export class Passage {
  readonly #gate: TargetGate;
  readonly #latency: Latency;
  /** A retry tells nothing new about how many calls fail. */
  readonly #counts: boolean;
  readonly #startedMs: number;
  readonly #ownPass: CircuitPass;
  readonly #hostPass: CircuitPass;
  #isOver = false;

  constructor(gate: TargetGate, latency: Latency, { counts, nowMs, elapsedMs }: Departure) {
    this.#gate = gate;
    this.#latency = latency;
    this.#counts = counts;
    this.#startedMs = elapsedMs;
    this.#ownPass = gate.circuit.goesOut(nowMs);
    this.#hostPass = gate.host === undefined ? 0 : gate.host.shared.circuit.goesOut(nowMs);
    if (counts) gate.host?.retries.called(nowMs);
  }

  /** The attempt is over. @param error What it failed with. Absent: it went well. */
  done(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { host, parts } = this.#gate;
    const nowMs = parts.clock.now();
    const tookMs = Math.max(0, parts.elapsedMs() - this.#startedMs);
    const kind = error === undefined ? "well" : failureKind(error);
    if (host !== undefined) this.#sample(kind, tookMs, nowMs);
    else if (kind === "well") this.#latency.add(tookMs, nowMs);
    this.#judge(kind, tookMs, nowMs);
    host?.slots.leave(this.#gate.evidence?.group ?? "");
  }

  /** What the host's limit learns. */
  #sample(kind: FailureKind, tookMs: number, nowMs: number): void {
    const { host } = this.#gate;
    if (host === undefined || kind === "none" || kind === "unreachable") return;
    const { limit, slots } = host;
    const latency = this.#latency;
    const answered = kind === "well" || kind === "refused";
    if (answered) {
      latency.add(tookMs, nowMs);
      host.took(tookMs);
    }
    const startedMs = this.#startedMs;
    limit.sample({
      latencyMs: answered ? tookMs : undefined,
      calmMs: latency.calmMs,
      startedMs,
      nowMs: startedMs + tookMs,
      inFlight: slots.inFlight,
    });
    if (answered) latency.learn(limit.learning(tookMs, slots.inFlight));
    if (limit.limit !== slots.limit) slots.setLimit(limit.limit);
  }

  /** What the circuits and the throttle learn. */
  #judge(kind: FailureKind, tookMs: number, nowMs: number): void {
    const { circuit, rule, throttle, host, evidence } = this.#gate;
    const isLate = kind === "cut-off" && tookMs >= Math.max(AT_LEAST_MS, this.#latency.calmMs * MUCH_LONGER);
    const isUnreachable = kind === "unreachable";
    const isBad = kind === "failed" || isUnreachable;
    const isBadHere = isBad || kind === "refused" || isLate;
    const tells = kind !== "none" && (kind !== "cut-off" || isLate);
    const own: CircuitEnd = isBadHere ? "badly" : tells ? "well" : "neither";
    circuit.ended(this.#ownPass, own, nowMs);
    if (tells && rule.takes(nowMs, isBadHere, isUnreachable, this.#counts) && circuit.state === "closed") circuit.trip(nowMs);
    if (this.#counts && tells && !isUnreachable) throttle.add(nowMs, kind === "well" || kind === "refused");
    if (host === undefined || evidence === undefined) return;
    const tellsAll = tells && kind !== "cut-off";
    host.shared.circuit.ended(this.#hostPass, isBad ? "badly" : tellsAll ? "well" : "neither", nowMs);
    if (tellsAll) host.shared.takes(evidence, nowMs, isBad, isUnreachable, this.#counts);
  }
}
