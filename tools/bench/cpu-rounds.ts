import { median } from "./quantile.ts";

/** One way of making a call. */
export interface Way {
  readonly name: string;
  /** Before the calls of a round; not counted. Absent: nothing. */
  readonly begin?: () => void;
  readonly call: () => Promise<unknown>;
  /** Finishes what calls have left for later, such as spans that wait to be sent; counted. Absent: nothing. */
  readonly settle?: () => Promise<void>;
}

/** A way that is measured elsewhere: CPU time of one call, µs. */
export interface MeasuredWay {
  readonly name: string;
  measure(atOnce: number, calls: number): Promise<number>;
}

/** How much is measured. */
export interface RoundsOptions {
  /** Calls in progress at a time. */
  readonly atOnce: number;
  /** Calls of one way in one round. */
  readonly calls: number;
  readonly rounds: number;
  /** Rounds before those, which do not count: until then code is compiled and sockets are opened. Absent: 12. */
  readonly warmUp?: number;
}

const WARM_UP = 12;

/**
 * CPU time of this process for one call, µs, of several ways in turns. All threads of the process count, so the other side has to be another
 * process. What is compared was measured in the same round: other work on the machine slows both.
 */
export class CpuRounds {
  readonly #options: RoundsOptions;
  readonly #taken = new Map<string, number[]>();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Measures; each way's calls in each round. */
  async run(ways: readonly (Way | MeasuredWay)[]): Promise<void> {
    const { atOnce, calls, rounds, warmUp = WARM_UP } = this.#options;
    for (let round = -warmUp; round < rounds; round++) {
      // Who follows somebody pays for his garbage: each goes first equally often.
      const turn = (round + warmUp) % ways.length;
      for (const way of [...ways.slice(turn), ...ways.slice(0, turn)]) {
        const taken = "measure" in way ? await way.measure(atOnce, calls) : await cpuOf(way, atOnce, calls);
        if (round >= 0) this.#of(way.name).push(taken);
      }
    }
  }

  /** Of one way, the median of all rounds. */
  median(name: string): number {
    return median(this.#of(name));
  }

  /** What one way costs above another, the median of the differences in each round. */
  above(name: string, baseline: string): number {
    const others = this.#of(baseline);
    return median(this.#of(name).map((value, round) => value - (others[round] ?? 0)));
  }

  #of(name: string): number[] {
    const known = this.#taken.get(name) ?? [];
    this.#taken.set(name, known);
    return known;
  }
}

/** CPU time of this process for one call, µs. */
export async function cpuOf(way: Way, atOnce: number, calls: number): Promise<number> {
  way.begin?.();
  const before = process.cpuUsage();
  await makeCalls(way, atOnce, calls);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

async function makeCalls({ call, settle }: Way, atOnce: number, calls: number): Promise<void> {
  let left = calls;
  const one = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  await settle?.();
}
