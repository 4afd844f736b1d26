import { type ErrorData, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { DurableContext, Program, Settled } from "../../src/index.ts";

/** Thrown where a test kills the process. */
export class Killed extends Error {
  override readonly name = "Killed";
}

class Parked extends Error {
  override readonly name = "Parked";
}

type Entry = { readonly name: string; readonly value?: Json; readonly error?: ErrorData };

interface Wake {
  readonly at?: number;
  readonly signal?: string;
}

/** The journal of a run that ended, and what the run began with. */
export interface History {
  readonly input: Json;
  readonly strands: readonly { readonly id: string; readonly entries: readonly Entry[] }[];
  /** What each segment after the first began with. */
  readonly wakes: readonly Json[];
}

interface Strand {
  readonly entries: Entry[];
  end?: Settled;
}

/**
 * A durable engine in memory that can be killed at any `ctx` call and goes on from its journal. It refuses a replay that asks for
 * something else than the journal holds, and two operations of one strand at a time.
 */
export class JournalEngine {
  /** `ctx` calls made by the live process, replayed ones included. */
  calls = 0;
  /** Every call that was executed, not replayed: strand and name. */
  readonly executed: string[] = [];
  /** Epoch ms; sleeping and parking move it. */
  nowMs = 1_700_000_000_000;
  killAt = Number.POSITIVE_INFINITY;
  /** The `ctx` call at which the run is cancelled: it and all later ones end so. */
  cancelAt = Number.POSITIVE_INFINITY;
  /** Called each time a call ends so. */
  onCancel: (() => void) | undefined;
  parks = 0;
  /** What comes while the run is parked: the payload of its signal. Undefined, and absent: nothing comes before its time. */
  onPark: ((wake: Wake) => Promise<Json | undefined>) | undefined;
  readonly sleeps: { readonly key: string; readonly ms: number }[] = [];
  readonly #newProgram: () => Program;
  #program: Program;
  readonly #runId: string;
  readonly #strands = new Map<string, Strand>();
  #segment = 0;
  #input: Json;
  readonly #began: Json;
  readonly #wakes: Json[] = [];
  #kept: Json[] = [];
  #dead = false;

  /** Each process has a program of its own, so that nothing in memory outlives a kill. */
  constructor(newProgram: () => Program, runId: string, input: Json) {
    this.#newProgram = newProgram;
    this.#program = newProgram();
    this.#runId = runId;
    this.#input = input;
    this.#began = input;
  }

  /** Runs to the end; throws {@link Killed} where it was killed, and what the program throws. */
  async run(): Promise<Json> {
    this.#dead = false;
    this.calls = 0;
    this.#program = this.#newProgram();
    for (;;) {
      let next: Json | undefined;
      let wake: Wake = {};
      const parked = (input: Json, asked: Wake) => {
        next = input;
        wake = asked;
        this.parks++;
      };
      try {
        return await this.#program(this.#context("", `s${this.#segment}:`, parked), structuredClone(this.#input) as Json);
      } catch (error) {
        if (!(error instanceof Parked) || next === undefined) throw error;
        this.#segment++;
        this.#input = this.#kept.shift() ?? (await this.#woken(next, wake));
        this.#wakes.push(structuredClone(this.#input) as Json);
      }
    }
  }

  /** Runs to the end whatever it takes: starts again after every kill. */
  async runThroughKills(): Promise<Json> {
    for (;;) {
      try {
        return await this.run();
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        this.killAt = Number.POSITIVE_INFINITY;
      }
    }
  }

  /** Every value of the journal, as text. */
  journaled(): readonly string[] {
    return [...this.#strands.values()].flatMap(({ entries }) => entries.map(({ value }) => JSON.stringify(value ?? null)));
  }

  /** What was journaled, to be kept. */
  history(): History {
    const strands = [...this.#strands].map(([id, { entries }]) => ({ id, entries: structuredClone(entries) as Entry[] }));
    return { input: this.#began, strands, wakes: [...this.#wakes] };
  }

  /** Goes on from a journal that was kept, as if this process had been started anew. */
  restore({ strands, wakes }: History): void {
    this.#kept = [...wakes];
    for (const { id, entries } of strands) this.#strands.set(id, { entries: structuredClone(entries) as Entry[] });
  }

  /** Makes a journal of another one, as an older release may have left it. */
  rewrite(change: (name: string, value: Json) => Json): void {
    for (const { entries } of this.#strands.values()) {
      for (const [at, entry] of entries.entries()) {
        if (entry.value !== undefined) entries[at] = { ...entry, value: change(entry.name, entry.value) };
      }
    }
  }

  /** Waits for what ends a park: a signal leaves the time alone, its own end moves it. */
  async #woken(next: Json, { at, signal }: Wake): Promise<Json> {
    const came = await this.onPark?.({ ...(at !== undefined && { at }), ...(signal !== undefined && { signal }) });
    if (came !== undefined && signal !== undefined)
      return { ...(next as object), $signal: { name: signal, payload: came } } as Json;
    if (at === undefined) throw new Error(`The run waits for ${signal} for ever.`);
    this.nowMs = Math.max(this.nowMs, at);
    return next;
  }

  #strand(id: string): Strand {
    const known = this.#strands.get(id);
    if (known) return known;
    const strand: Strand = { entries: [] };
    this.#strands.set(id, strand);
    return strand;
  }

  #context(strand: string, id: string, park: (next: Json, wake: Wake) => void): DurableContext {
    const journal = this.#strand(id).entries;
    let at = 0;
    let busy: string | undefined;
    const keys = new Set<string>();
    const once = async (name: string, perform: () => Promise<Json>): Promise<Json> => {
      if (busy !== undefined) throw new MortiseError("INTERNAL", `${name} began while ${busy} was in flight`);
      if (keys.has(name)) throw new MortiseError("INTERNAL", `${name} is used twice in strand ${strand}`);
      keys.add(name);
      busy = name;
      try {
        if (this.#dead || ++this.calls >= this.killAt) {
          this.#dead = true;
          throw new Killed();
        }
        if (this.#isCancelled()) throw new MortiseError("RUN_CANCELLED", "The run was cancelled.");
        const recorded = journal[at++];
        if (recorded) {
          if (recorded.name !== name) throw new MortiseError("INTERNAL", `diverged: ${recorded.name} was recorded, now ${name}`);
          if (recorded.error) throw new MortiseError(recorded.error.code as never, recorded.error.message);
          return structuredClone(recorded.value ?? null) as Json;
        }
        const value = JSON.parse(JSON.stringify((await perform()) ?? null)) as Json;
        if (this.#dead) throw new Killed();
        if (this.#isCancelled()) throw new MortiseError("RUN_CANCELLED", "The run was cancelled.");
        this.executed.push(`${id}${name}`);
        journal.push({ name, value });
        return value;
      } finally {
        busy = undefined;
      }
    };
    return {
      runId: this.#runId,
      strand,
      step: async (key, fn) => {
        const idempotencyKey = `key:${id}${key}`;
        return (await once(`step ${key}`, () => fn({ signal: new AbortController().signal, idempotencyKey }))) as never;
      },
      fork: async (key, strands, options = {}) =>
        (await once(`fork ${key}`, async () => {
          const ends: Settled[] = [];
          let next = 0;
          const worker = async () => {
            for (let i = next++; i < strands.length; i = next++) {
              const { key: name, input } = strands[i] as (typeof strands)[number];
              const childId = `${id}${key}/${name}:`;
              const child = this.#strand(childId);
              child.end ??= await this.#child(`${strand}/${key}/${name}`, childId, name, input);
              ends[i] = child.end;
            }
          };
          const workers = await Promise.allSettled(Array.from({ length: Math.min(options.max ?? 64, strands.length) }, worker));
          for (const each of workers) if (each.status === "rejected") throw each.reason;
          return ends as unknown as Json;
        })) as never,
      sleepUntil: async (key, epochMs) => {
        await once(`sleep ${key}`, async () => {
          this.sleeps.push({ key, ms: epochMs - this.nowMs });
          this.nowMs = Math.max(this.nowMs, epochMs);
          return null;
        });
      },
      park: (next, wake) => {
        if (strand !== "") throw new MortiseError("INTERNAL", "only the root may park");
        park(JSON.parse(JSON.stringify(next)) as Json, wake);
        throw new Parked();
      },
      now: async (key) => (await once(`now ${key}`, async () => this.nowMs)) as number,
      uuid: async (key) => (await once(`uuid ${key}`, async () => "00000000-0000-4000-8000-000000000000")) as string,
    };
  }

  #isCancelled(): boolean {
    if (this.calls < this.cancelAt) return false;
    this.onCancel?.();
    return true;
  }

  async #child(strand: string, id: string, key: string, input: Json): Promise<Settled> {
    try {
      const copy = JSON.parse(JSON.stringify(input)) as Json;
      const value = await this.#program(
        this.#context(strand, id, () => {}),
        copy,
      );
      return { key, ok: true, value: JSON.parse(JSON.stringify(value)) as Json };
    } catch (error) {
      if (error instanceof Killed || !isMortiseError(error)) throw error;
      return { key, ok: false, error: error.data };
    }
  }
}
