/**
 * Everything that starts runs of active workflows by itself: takes events in, keeps them in order, and makes runs of them.
 *
 * Owns: which sources are open in this process, when events become runs.
 * Does not own: what an event is (the sources, the routes), storage (TriggerInbox, TriggerSources), runs (Host), time (LoopClock).
 * Talks to: TriggerInbox.accept and claim, Host.startRun, the sources.
 * Invariants:
 *   D1. What was accepted becomes a run, whatever process dies meanwhile; an event with a known id becomes none.
 *   D2. A source is open while its workflow is active, at its live revision, and in one process where it must not be in two.
 *   D3. A trigger whose queue is full takes nothing more: senders are told when to come back, sources are not read.
 */
import { isMortiseError, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { Kysely, Transaction } from "kysely";
import type { Host, RunTrigger } from "../host/open-host.ts";
import type { LoopClock } from "../lifecycle/loop-clock.ts";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import { compileTrigger, type TriggerPayload } from "./compiled-trigger.ts";
import { openSource } from "./sources/open-source.ts";
import type { Source } from "./sources/source.ts";
import type { Acceptance, ClaimedEvent, TriggerInbox } from "./store/trigger-inbox.ts";
import type { TriggerSecrets } from "./store/trigger-secrets.ts";
import type { TriggerSources } from "./store/trigger-sources.ts";
import type { TriggerTables } from "./store/trigger-tables.ts";

/** What a desk is made of. */
export interface DeskOptions {
  readonly host: Host;
  readonly db: Kysely<TriggerTables>;
  readonly inbox: TriggerInbox;
  readonly sources: TriggerSources;
  readonly secrets: TriggerSecrets;
  readonly clock: LoopClock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** The origin that other systems reach this deployment at. Absent: subscriptions cannot be made. */
  readonly publicUrl: string | undefined;
  readonly log: (line: string) => void;
  /** Done at every round, such as telling of runs that ended. */
  readonly alongside: () => Promise<void>;
}

/** An event for one workflow. */
export interface DeskEvent {
  readonly runId: string;
  readonly marks: readonly string[];
  readonly payload: TriggerPayload;
  /** Its marks are known together or not at all. Absent: one that is known makes it a repeat. */
  readonly isExact?: boolean;
  /** Absent: 0. */
  readonly depth?: number;
}

/** How events are taken in. */
export interface AcceptOptions {
  /** What a repeat of the whole delivery is known by. */
  readonly delivery?: readonly string[];
  /** Written in the same transaction. */
  readonly also?: (transaction: Transaction<TriggerTables>) => Promise<void>;
  /** W3C `traceparent` of the sender. */
  readonly traceparent?: string | undefined;
  /** Takes them in whatever waits: they are not there a second time. */
  readonly evenIfFull?: boolean;
}

const ROUND_MS = 1_000;
const AT_ONCE = 20;
/** A run that could not be started is tried again this often, ever later, before its event is given up. */
const MOST_TRIES = 10;
const CARE_EVERY = 60;

export class TriggerDesk {
  readonly #options: DeskOptions;
  readonly #open = new Map<string, { readonly revision: number; readonly source: Source }>();
  readonly #pumping = new Map<string, { again: boolean }>();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Opens the sources of all active workflows, and looks after everything from now on. */
  async start(): Promise<void> {
    this.#options.host.store.runs.watch(() => this.wake());
    await this.#round(0).catch((error: Error) => this.#options.log(`Triggers could not be looked after: ${error.message}`));
    this.#running ??= this.#run();
  }

  /** Takes another look at once. */
  wake(): void {
    this.#wake?.();
  }

  /** Whether a trigger may take more in. Throws `OVERLOADED` where it may not. */
  async admit(live: StoredWorkflow, orderKey?: string): Promise<void> {
    const { most, mostOfKey, isLimited } = compileTrigger(live);
    if (!isLimited && live.document.trigger.queue === undefined) return;
    const { waiting, waitingOfKey } = await this.#options.inbox.backlog(live.id, most, orderKey);
    if (waiting >= most) throw new MortiseError("OVERLOADED", `${waiting} events of this trigger wait, and no more may.`);
    if (orderKey !== undefined && waitingOfKey >= mostOfKey)
      throw new MortiseError("OVERLOADED", `${waitingOfKey} events with this key wait, and no more may.`);
  }

  /** Whether a source should be read now. */
  async hasRoom(live: StoredWorkflow): Promise<boolean> {
    const { most } = compileTrigger(live);
    return (await this.#options.inbox.backlog(live.id, most)).waiting < most;
  }

  /** Takes events in. They become runs in any case; those that need not wait do so before this resolves. Throws `OVERLOADED`. */
  async accept(live: StoredWorkflow, events: readonly DeskEvent[], options: AcceptOptions = {}): Promise<readonly Acceptance[]> {
    const { inbox } = this.#options;
    const { isLimited, orderKey } = compileTrigger(live);
    const kind = kindOf(live);
    const arrivals = events.map((event) => ({ ...event, workflowId: live.id, kind, orderKey: orderKey(event.payload) }));
    if (!options.evenIfFull) await this.admit(live, arrivals[0]?.orderKey);
    const accepted = await inbox.accept(arrivals, {
      isHeld: !isLimited,
      ...(options.delivery ? { delivery: { workflowId: live.id, marks: options.delivery } } : {}),
      ...(options.also ? { also: options.also } : {}),
    });
    if (isLimited) this.pump(live.id);
    else
      await this.#tracked(
        eachOf(accepted, AT_ONCE, async ({ seq, isFirst }, index) => {
          const event = arrivals[index];
          if (!isFirst || seq === undefined || event === undefined) return;
          await this.#begin(live, { ...event, seq, depth: event.depth ?? 0, tries: 1 }, options.traceparent);
        }),
      );
    return accepted.map(({ runId, isFirst }) => ({ runId, isFirst }));
  }

  /** Starts what may start now, in the background. */
  pump(workflowId: string): void {
    const known = this.#pumping.get(workflowId);
    if (known !== undefined) {
      known.again = true;
      return;
    }
    const state = { again: false };
    this.#pumping.set(workflowId, state);
    const work = async () => {
      try {
        do {
          state.again = false;
          while ((await this.#startNext(workflowId)) === AT_ONCE && !this.#closing.signal.aborted) state.again = false;
        } while (state.again && !this.#closing.signal.aborted);
      } catch (error) {
        this.#options.log(`Events of workflow ${workflowId} could not be started: ${messageOf(error)}`);
      } finally {
        this.#pumping.delete(workflowId);
      }
    };
    void this.#tracked(work());
  }

  /** Brings the sources in line with what is active: of one workflow, or of all. */
  async sync(): Promise<void> {
    const { host, log } = this.#options;
    const live = await host.store.workflows.liveRevisions();
    const revisions = new Map(live.map(({ id, revision }) => [id, revision]));
    for (const [id, { revision, source }] of this.#open) {
      if (revisions.get(id) === revision) continue;
      this.#open.delete(id);
      await source.close();
    }
    for (const [id, revision] of revisions) {
      if (this.#open.has(id) || this.#closing.signal.aborted) continue;
      const workflow = await host.store.workflows.findLive(id);
      if (workflow === undefined || workflow.revision !== revision) continue;
      try {
        this.#open.set(id, { revision, source: openSource({ ...this.#options, desk: this, live: workflow }) });
      } catch (error) {
        log(`The trigger of "${workflow.document.name}" is not on: ${messageOf(error)}`);
        this.#open.set(id, { revision, source: { close: async () => {} } });
      }
    }
  }

  /** Closes what this process has open of a workflow. */
  async release(workflowId: string): Promise<void> {
    const found = this.#open.get(workflowId);
    this.#open.delete(workflowId);
    await found?.source.close();
  }

  /** Stops taking events in, and waits for what is being started. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.wake();
    await this.#running;
    await Promise.all([...this.#open.values()].map(({ source }) => source.close()));
    this.#open.clear();
    await Promise.allSettled(this.#inFlight);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    for (let round = 1; !signal.aborted; round++) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await clock.sleep(ROUND_MS, AbortSignal.any([signal, woken.signal]));
      if (signal.aborted) return;
      await this.#round(round).catch((error: Error) => log(`Triggers could not be looked after: ${error.message}`));
    }
  }

  async #round(round: number): Promise<void> {
    const { inbox, secrets, alongside } = this.#options;
    await this.sync();
    await alongside();
    for (const workflowId of await inbox.pending()) this.pump(workflowId);
    if (round % CARE_EVERY !== 0) return;
    await inbox.purge();
    await secrets.purge();
  }

  async #startNext(workflowId: string): Promise<number> {
    const { host, inbox } = this.#options;
    const live = await host.store.workflows.findLive(workflowId);
    // Events that were accepted before it was turned off wait until it is on again.
    if (live === undefined) return 0;
    const claimed = await inbox.claim(workflowId, compileTrigger(live).limits, AT_ONCE);
    await Promise.all(claimed.map((event) => this.#begin(live, event)));
    return claimed.length;
  }

  async #begin(
    live: StoredWorkflow,
    event: Pick<ClaimedEvent, "seq" | "runId" | "payload" | "depth" | "tries">,
    traceparent?: string,
  ): Promise<void> {
    const { host, inbox, log } = this.#options;
    const { body = {}, ...beside } = event.payload as JsonObject;
    try {
      await host.startRun({
        workflow: live,
        trigger: kindOf(live),
        input: body as Json,
        beside,
        runId: event.runId,
        traceparent,
      });
      await inbox.started(event.seq, compileTrigger(live).isLimited);
    } catch (error) {
      const isOver = event.tries >= MOST_TRIES;
      log(`Run ${event.runId} of "${live.document.name}" did not start${isOver ? " and is given up" : ""}: ${messageOf(error)}`);
      if (isOver) await inbox.drop(event.seq).catch(() => undefined);
      else await inbox.putOff(event.seq, Math.min(60_000, 500 * 2 ** event.tries)).catch(() => undefined);
    }
  }

  async #tracked<T>(work: Promise<T>): Promise<T> {
    this.#inFlight.add(work);
    try {
      return await work;
    } finally {
      this.#inFlight.delete(work);
    }
  }
}

/** What runs of a workflow say that started them. */
export function kindOf({ document }: Pick<StoredWorkflow, "document">): RunTrigger {
  const { use } = document.trigger;
  return use.includes("/") ? "connector" : (use as RunTrigger);
}

async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

function messageOf(error: unknown): string {
  if (isMortiseError(error)) return `${error.data.code}: ${error.data.message}`;
  return error instanceof Error ? error.message : String(error);
}
