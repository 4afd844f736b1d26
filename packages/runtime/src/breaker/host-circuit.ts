/**
 * The circuit that all connections to one host of a connector share.
 *
 * Owns: the evidence of each group (a tenant, or a connection where calls name no tenant), the circuit.
 * Does not own: what a failure is (failureKind), a connection's own circuit (TargetGate).
 * Invariants:
 *   H1. It opens only when half of the latest calls fail (CircuitRule), and still half of at least five without the group that has the most
 *       failures; or when five connections in a row were not taken, of two groups at least. So nobody can close a host for others.
 *   H2. Calls of the window, groups and memory are bounded.
 */
import { Circuit, type CircuitState } from "@mortise/auth";
import { RecentlyUsed } from "../cache/recently-used.ts";
import { CIRCUIT_POLICY, CircuitRule, MIN_CALLS } from "./circuit-rule.ts";
import { OutcomeWindow } from "./outcome-window.ts";

const SPAN_MS = 30_000;
const MAX_GROUPS = 1_000;
const MIN_OTHERS = 5;
const CONNECT_FAILURES = 5;

/** What one group's calls to the host came to. */
export interface Evidence {
  readonly group: string;
  readonly window: OutcomeWindow;
}

export class HostCircuit {
  readonly circuit: Circuit;
  readonly #rule = new CircuitRule();
  readonly #groups = new RecentlyUsed<Evidence>(MAX_GROUPS);
  #unreachable = 0;
  readonly #unreachableBy = new Set<string>();

  constructor(random: () => number, changed: (from: CircuitState, to: CircuitState) => void) {
    this.circuit = new Circuit(CIRCUIT_POLICY, random, (from, to) => {
      if (to === "closed") this.#clear();
      changed(from, to);
    });
  }

  /** Where a group's calls are to be counted. */
  evidence(group: string): Evidence {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const fresh = { group, window: new OutcomeWindow(SPAN_MS) };
    this.#groups.set(group, fresh);
    return fresh;
  }

  /** Calls and failures of the last 30 s. */
  counts(nowMs: number): { readonly calls: number; readonly failures: number } {
    return { calls: this.#rule.window.total(nowMs), failures: this.#rule.window.bad(nowMs) };
  }

  /** Takes in how a call went, and opens where that is enough (H1). */
  takes({ group, window }: Evidence, nowMs: number, isBad: boolean, isUnreachable: boolean, counts: boolean): void {
    if (counts) window.add(nowMs, isBad);
    this.#rule.takes(nowMs, isBad, false, counts);
    if (isUnreachable) {
      this.#unreachable++;
      if (this.#unreachableBy.size < 2) this.#unreachableBy.add(group);
    } else if (this.#unreachable > 0) {
      this.#unreachable = 0;
      this.#unreachableBy.clear();
    }
    if (!isBad || this.circuit.state !== "closed") return;
    const noConnection = this.#unreachable >= CONNECT_FAILURES && this.#unreachableBy.size >= 2;
    if (noConnection || (this.#rule.isEnough(nowMs) && this.#othersFailToo(nowMs))) this.circuit.trip(nowMs);
  }

  #othersFailToo(nowMs: number): boolean {
    const { window } = this.#rule;
    const buckets = window.bucketsFor(nowMs, MIN_CALLS);
    const all = window.newest(nowMs, buckets);
    let heaviest = { total: 0, bad: 0 };
    for (const group of this.#groups.values()) {
      const own = group.window.newest(nowMs, buckets);
      if (own.bad > heaviest.bad) heaviest = own;
    }
    const calls = all.total - heaviest.total;
    return calls >= MIN_OTHERS && (all.bad - heaviest.bad) * 2 >= calls;
  }

  #clear(): void {
    this.#rule.clear();
    this.#unreachable = 0;
    this.#unreachableBy.clear();
    for (const { window } of this.#groups.values()) window.clear();
  }
}
