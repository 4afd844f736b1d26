/**
 * Tells how jobs stand that are asked about again and again.
 *
 * Owns: since when and how often each was asked about.
 * Does not own: time (SimulatorClock), what a state looks like (OutputMaker).
 * Invariants:
 *   J1. A job goes from running to its end and stays there.
 */
import { parseDuration } from "@mortise/contract";
import { createRandom } from "@mortise/contract/samples";
import type { JobState } from "./job-outputs.ts";
import type { JobBehaviour } from "./scenarios/scenario.ts";
import type { SimulatorClock } from "./time/simulator-clock.ts";

interface Asked {
  readonly sinceMs: number;
  count: number;
}

const MOST_JOBS = 10_000;

export class JobBook {
  readonly #seed: string;
  readonly #clock: SimulatorClock;
  readonly #behaviour: () => JobBehaviour | undefined;
  readonly #asked = new Map<string, Asked>();

  constructor(seed: string, clock: SimulatorClock, behaviour: () => JobBehaviour | undefined) {
    this.#seed = seed;
    this.#clock = clock;
    this.#behaviour = behaviour;
  }

  /** Whether jobs take their time; otherwise they are done when they are first asked about. */
  get isKept(): boolean {
    return this.#behaviour() !== undefined;
  }

  /** Counts a question about a job, and answers it. */
  state(job: string): JobState {
    const behaviour = this.#behaviour();
    if (behaviour === undefined) return "done";
    const { polls = 0, takes, fail = 0 } = behaviour;
    const nowMs = this.#clock.now();
    const asked = this.#asked.get(job) ?? { sinceMs: nowMs, count: 0 };
    asked.count += 1;
    this.#asked.set(job, asked);
    if (this.#asked.size > MOST_JOBS) this.#asked.delete([...this.#asked.keys()][0] ?? "");
    const isOver = asked.count > polls && nowMs - asked.sinceMs >= (takes === undefined ? 0 : (parseDuration(takes) ?? 0));
    if (!isOver) return "running";
    return createRandom(`${this.#seed} job ${job}`).chance(fail) ? "failed" : "done";
  }

  reset(): void {
    this.#asked.clear();
  }
}
