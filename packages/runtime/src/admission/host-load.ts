import type { CircuitState } from "@mortise/auth";
import { HostCircuit } from "../breaker/host-circuit.ts";
import { RetryRatio } from "../retry/retry-ratio.ts";
import type { Clock } from "../runtime.ts";
import { GradientLimit } from "./gradient-limit.ts";
import { Latency } from "./latency.ts";
import type { Rank } from "./priority.ts";
import { Slots } from "./slots.ts";

/** What every gate needs of the runtime. */
export interface GateParts {
  readonly clock: Clock;
  readonly random: () => number;
  /** ms on a clock that nobody sets. */
  readonly elapsedMs: () => number;
  readonly shed: (rank: Rank, connector: string, why: ShedReason) => void;
  readonly changed: (change: CircuitChange) => void;
}

/** Why a call was turned away unsent. */
export type ShedReason = "process_full" | "quota" | "host_full" | "throttled" | "circuit_open";

/** A change of the state of a circuit. */
export interface CircuitChange {
  readonly connector: string;
  /** `""`: what is called has no host, as a database. */
  readonly host: string;
  /** Whose circuit it is. Absent: the one that all connections to the host share. */
  readonly connection?: string;
  readonly tenant?: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Of an open one: when it lets calls out again to try, epoch ms. */
  readonly untilMs?: number;
}

/** Latency taken for one that is not known yet, ms. */
const UNKNOWN_MS = 100;
const MIN_WAITING = 16;
const MAX_WAITING = 10_000;
const WORK_MS = 1_000;
const LEAVES_FREE = 0.1;
const WEIGHT = 0.05;
const MIN_PATIENCE_MS = 10;
/** How long a call that nobody waits for may wait while there is too much to do, of what a call takes: the less urgent, the shorter. */
const PATIENCE: { readonly [rank in Rank]: number } = Object.freeze({ 0: Number.POSITIVE_INFINITY, 1: 0.3, 2: 0.3, 3: 0.3 });

/** Everything that all connections to one host of one connector share: places, circuit, retries, latencies. */
export class HostLoad {
  readonly connector: string;
  readonly host: string;
  readonly limit: GradientLimit;
  readonly slots: Slots;
  readonly shared: HostCircuit;
  readonly retries = new RetryRatio();
  readonly #latencies = new Map<string, Latency>();
  #meanMs: number | undefined;

  constructor(
    connector: string,
    host: string,
    parts: GateParts,
    options: { readonly max?: number; readonly weightOf?: (tenant: string) => number },
  ) {
    this.connector = connector;
    this.host = host;
    this.limit = new GradientLimit(options.max);
    this.slots = new Slots({
      clock: parts.clock,
      limit: this.limit.limit,
      // At this pace so many calls are a second of work (Little's law).
      capacity: () => Math.min(MAX_WAITING, Math.max(MIN_WAITING, (this.slots.limit * WORK_MS) / (this.#meanMs ?? UNKNOWN_MS))),
      patienceMs: (rank) => Math.max(MIN_PATIENCE_MS, PATIENCE[rank] * (this.#meanMs ?? UNKNOWN_MS)),
      leavesFree: LEAVES_FREE,
      ...(options.weightOf === undefined ? {} : { weightOf: options.weightOf }),
      shed: (rank) => parts.shed(rank, connector, "host_full"),
    });
    this.shared = new HostCircuit(parts.random, (from, to) => {
      const { untilMs } = this.shared.circuit;
      parts.changed({ connector, host, from, to, ...(to === "open" ? { untilMs } : {}) });
    });
  }

  /** What is known about one operation's latency. */
  latency(operation: string): Latency {
    const known = this.#latencies.get(operation);
    if (known !== undefined) return known;
    const fresh = new Latency();
    this.#latencies.set(operation, fresh);
    return fresh;
  }

  /** Takes in how long a call took. */
  took(ms: number): void {
    this.#meanMs = this.#meanMs === undefined ? ms : this.#meanMs + (ms - this.#meanMs) * WEIGHT;
  }
}
