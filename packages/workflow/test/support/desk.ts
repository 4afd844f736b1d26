import type { Json } from "@mortise/contract";
import {
  createInterpreter,
  MemoryDeadLetters,
  MemoryNodeState,
  MemorySagas,
  MemoryWaits,
  type PersonNotice,
  type Workflow,
} from "../../src/index.ts";
import { JournalEngine } from "./journal-engine.ts";
import { Recorded, World } from "./world.ts";

/** What a test does while its run is parked; nothing more to do: the time of the park comes. */
export type Meanwhile = (desk: Desk) => Promise<unknown>;

/** Runs with everything that waits and remembers, in memory and in virtual time. */
export class Desk {
  readonly world: World;
  readonly log = new Recorded();
  readonly notices: PersonNotice[] = [];
  readonly state = new MemoryNodeState(() => this.nowMs);
  readonly sagas = new MemorySagas();
  readonly deadLetters = new MemoryDeadLetters(() => this.nowMs);
  readonly waits: MemoryWaits;
  nowMs = 1_700_000_000_000;
  #secrets = 0;
  #wakes: Json[] = [];

  constructor(world = new World()) {
    this.world = world;
    this.waits = new MemoryWaits({
      now: () => this.nowMs,
      secret: () => `secret-${++this.#secrets}`,
      wake: async (_, wait) => void this.#wakes.push({ wait }),
    });
  }

  /** An engine with a run of this workflow; `meanwhile` is what happens at each of its parks. */
  run(
    workflow: Workflow,
    {
      meanwhile = [],
      body = {},
      runId = "run-1",
      dryRun,
    }: { meanwhile?: readonly Meanwhile[]; body?: Json; runId?: string; dryRun?: true } = {},
  ): JournalEngine {
    const left = [...meanwhile];
    const { state, sagas, deadLetters, waits, log } = this;
    const newProgram = () =>
      createInterpreter({
        operations: this.world,
        workflows: { get: async () => workflow },
        now: () => engine.nowMs,
        log,
        state,
        sagas,
        deadLetters,
        waits,
        publicUrl: "https://flows.example",
        notify: async (notice) => void this.notices.push(notice),
      });
    const input = { abi: 1, workflowHash: "h", trigger: { body }, ...(dryRun && { dryRun }) };
    const engine: JournalEngine = new JournalEngine(newProgram, runId, input);
    Object.defineProperty(engine, "nowMs", { get: () => this.nowMs, set: (ms: number) => (this.nowMs = ms) });
    engine.onPark = async ({ signal }) => {
      if (this.#wakes.length === 0) await left.shift()?.(this);
      return signal === undefined ? undefined : this.#wakes.shift();
    };
    return engine;
  }

  /** The only open wait. */
  async open() {
    const [wait, ...more] = await this.waits.list();
    if (wait === undefined || more.length > 0) throw new Error(`${more.length + (wait ? 1 : 0)} waits are open.`);
    return wait;
  }

  /** A vote on the only open wait. */
  async vote(by: string, approved: boolean, reason?: string) {
    const { id } = await this.open();
    return await this.waits.answer(id, {
      answerId: `${by}-${approved}`,
      by,
      payload: { approved, ...(reason !== undefined && { reason }) },
    });
  }
}
