/**
 * Holds the scenario that is on, and all that counts along with it.
 *
 * Owns: the scenario, its director, the windows of its limits.
 * Does not own: time (SimulatorClock).
 * Invariants:
 *   G1. Another scenario begins anew: nothing that the one before counted holds.
 */
import { type Contract, type Json, MortiseError, parseDuration } from "@mortise/contract";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import { Director } from "./director.ts";
import { joinScenarios } from "./join-scenarios.ts";
import { namedScenario, parseScenario } from "./parse-scenario.ts";
import { RateLimits } from "./rate-limits.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario, the name of a built-in one, or several at once. */
export type ScenarioChoice = Scenario | string | readonly (Scenario | string)[];

export class Stage {
  readonly #contract: Contract;
  readonly #seed: string;
  readonly #clock: SimulatorClock;
  #scenario: Scenario;
  #director: Director;
  #limits: RateLimits;

  constructor(contract: Contract, seed: string, clock: SimulatorClock, choice: ScenarioChoice) {
    this.#contract = contract;
    this.#seed = seed;
    this.#clock = clock;
    this.#scenario = chosen(choice, contract);
    this.#director = new Director(this.#scenario, seed, clock);
    this.#limits = new RateLimits(contract, clock);
  }

  get scenario(): Scenario {
    return this.#scenario;
  }

  get director(): Director {
    return this.#director;
  }

  get limits(): RateLimits {
    return this.#limits;
  }

  /** How far the vendor's clock is ahead, ms. */
  get skewMs(): number {
    const { skew = "" } = this.#scenario.clock ?? {};
    return (parseDuration(skew.replace(/^-/, "")) ?? 0) * (skew.startsWith("-") ? -1 : 1);
  }

  /** How long access tokens live, ms. Undefined: they do not end. */
  get lifeMs(): number | undefined {
    const { tokens } = this.#scenario;
    return tokens === undefined ? undefined : parseDuration(tokens.life);
  }

  /** Puts another scenario on. Throws `INVALID_DOCUMENT` for one that breaks its schema, with its faults as `detail`. */
  use(choice: ScenarioChoice): void {
    this.#scenario = chosen(choice, this.#contract);
    this.#director = new Director(this.#scenario, this.#seed, this.#clock);
    this.#limits = new RateLimits(this.#contract, this.#clock);
  }
}

function chosen(choice: ScenarioChoice, contract: Contract): Scenario {
  const all = isList(choice) ? choice : [choice];
  return joinScenarios(
    all.map((each) => {
      const { scenario, diagnostics } =
        typeof each === "string" ? namedScenario(each) : parseScenario(each as unknown as Json, contract);
      if (scenario !== undefined) return scenario;
      const [first] = diagnostics;
      const help = first?.fix === undefined ? {} : { remedy: first.fix.title };
      throw new MortiseError("INVALID_DOCUMENT", `The scenario: ${first?.message ?? "it is none"}`, {
        ...help,
        path: first?.path ?? "",
        detail: diagnostics as unknown as Json,
      });
    }),
  );
}

const isList = (choice: ScenarioChoice): choice is readonly (Scenario | string)[] => Array.isArray(choice);
