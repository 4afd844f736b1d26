import type {
  AnswerVerdict,
  EventDelivery,
  OpenedWait,
  WaitAnswer,
  WaitDesk,
  WaitQuery,
  WaitRequest,
  WaitState,
  WaitView,
} from "../ports/wait-store.ts";

/** Events of one name and key that are kept for a wait that is still to come. */
export const KEPT_OF_A_KEY = 100;
/** Events of one name that are kept. */
export const KEPT_OF_A_NAME = 1_000;
/** How long an event is kept, and how long its id is known, ms. */
export const EVENT_KEPT_MS = 7 * 86_400_000;
/** Answers that one wait takes. */
export const MOST_ANSWERS = 1_000;

/** Options of {@link MemoryWaits}. */
export interface MemoryWaitsOptions {
  readonly now: () => number;
  /** A name that cannot be guessed, at least 128 bits. */
  readonly secret: () => string;
  /** Wakes a run that waits. */
  readonly wake: (runId: string, waitId: string) => Promise<void>;
}

interface Wait extends WaitRequest {
  readonly id: string;
  readonly token: string | undefined;
  readonly openedAtMs: number;
  readonly expiresAtMs: number;
  readonly answers: WaitAnswer[];
  readonly answerIds: Set<string>;
  people: string[];
  outcome?: string;
  closedAtMs?: number;
}

interface KeptEvent extends EventDelivery {
  readonly atMs: number;
}

const MOST_WAITS = 10_000;

/**
 * The waits of the runs of this process.
 *
 * Owns: waits, answers, events that came too early.
 * Does not own: the runs (`wake`), who may answer (whoever takes answers in).
 * Invariants:
 *   W1. A run and path have one wait, however often it is opened.
 *   W2. An answer counts once, and none counts after the wait is closed or its time is over.
 *   W3. An event reaches every wait that is open for it, or is kept for one that opens later; it is never both.
 */
export class MemoryWaits implements WaitDesk {
  readonly #options: MemoryWaitsOptions;
  readonly #waits = new Map<string, Wait>();
  readonly #events: KeptEvent[] = [];
  readonly #eventIds = new Map<string, number>();

  constructor(options: MemoryWaitsOptions) {
    this.#options = options;
  }

  async open(request: WaitRequest): Promise<OpenedWait> {
    const known = [...this.#waits.values()].find(({ runId, path }) => runId === request.runId && path === request.path);
    if (known) return opened(known);
    const nowMs = this.#options.now();
    const wait: Wait = {
      ...request,
      id: this.#options.secret(),
      token: request.kind === "callback" ? this.#options.secret() : undefined,
      openedAtMs: nowMs,
      expiresAtMs: nowMs + request.expiresInMs,
      answers: [],
      answerIds: new Set(),
      people: [...(request.task?.people ?? [])],
    };
    this.#waits.set(wait.id, wait);
    this.#forget();
    const { event } = request;
    const early = event && this.#events.findIndex(({ name, key }) => name === event.name && key === event.key);
    if (early !== undefined && early >= 0) {
      const [kept] = this.#events.splice(early, 1);
      if (kept && kept.atMs + EVENT_KEPT_MS > nowMs) wait.answers.push({ atMs: kept.atMs, payload: kept.payload });
    }
    return opened(wait);
  }

  async read(id: string): Promise<WaitState> {
    return { answers: [...(this.#waits.get(id)?.answers ?? [])], nowMs: this.#options.now() };
  }

  async addPeople(id: string, people: readonly string[]): Promise<void> {
    const wait = this.#waits.get(id);
    if (wait) wait.people = [...new Set([...wait.people, ...people])];
  }

  async close(id: string, outcome: string): Promise<void> {
    const wait = this.#waits.get(id);
    if (wait === undefined || wait.outcome !== undefined) return;
    wait.outcome = outcome;
    wait.closedAtMs = this.#options.now();
  }

  async find(id: string): Promise<WaitView | undefined> {
    const wait = this.#waits.get(id);
    return wait && view(wait);
  }

  async list({ kinds, runId, state = "open", limit = 100 }: WaitQuery = {}): Promise<readonly WaitView[]> {
    const fits = (wait: Wait) =>
      (wait.outcome === undefined) === (state === "open") &&
      (kinds === undefined || kinds.includes(wait.kind)) &&
      (runId === undefined || wait.runId === runId);
    return [...this.#waits.values()].reverse().filter(fits).slice(0, limit).map(view);
  }

  async answer(
    id: string,
    { answerId, by, payload }: { readonly answerId: string; readonly by?: string; readonly payload: WaitAnswer["payload"] },
  ): Promise<AnswerVerdict> {
    const wait = this.#waits.get(id);
    const nowMs = this.#options.now();
    if (wait === undefined) return "unknown";
    if (!wait.answerIds.has(answerId)) {
      if (wait.outcome !== undefined || wait.expiresAtMs <= nowMs || wait.answers.length >= MOST_ANSWERS) return "closed";
      if (by !== undefined && wait.answers.some((answer) => answer.by === by)) return "decided";
      wait.answerIds.add(answerId);
      wait.answers.push({ ...(by === undefined ? {} : { by }), atMs: nowMs, payload });
      await this.#options.wake(wait.runId, id);
      return "taken";
    }
    await this.#options.wake(wait.runId, id);
    return "repeated";
  }

  async callBack(
    token: string,
    answer: { readonly answerId: string; readonly payload: WaitAnswer["payload"] },
  ): Promise<AnswerVerdict> {
    const wait = [...this.#waits.values()].find((each) => each.token === token);
    return wait ? await this.answer(wait.id, answer) : "unknown";
  }

  async deliver(event: EventDelivery): Promise<{ readonly delivered: number; readonly kept: boolean }> {
    const nowMs = this.#options.now();
    const known = event.id === undefined ? undefined : this.#eventIds.get(`${event.name}\n${event.id}`);
    if (known !== undefined && known + EVENT_KEPT_MS > nowMs) return { delivered: 0, kept: false };
    if (event.id !== undefined) this.#eventIds.set(`${event.name}\n${event.id}`, nowMs);
    const waiting = [...this.#waits.values()].filter(
      (wait) =>
        wait.event?.name === event.name && wait.event.key === event.key && wait.outcome === undefined && wait.expiresAtMs > nowMs,
    );
    for (const wait of waiting) {
      wait.answers.push({ atMs: nowMs, payload: event.payload });
      await this.#options.wake(wait.runId, wait.id);
    }
    if (waiting.length === 0) this.#keep({ ...event, atMs: nowMs });
    return { delivered: waiting.length, kept: waiting.length === 0 };
  }

  #keep(event: KeptEvent): void {
    this.#events.push(event);
    const sameKey = this.#events.filter(({ name, key }) => name === event.name && key === event.key);
    const sameName = this.#events.filter(({ name }) => name === event.name);
    const tooMany = sameKey.length > KEPT_OF_A_KEY ? sameKey[0] : sameName.length > KEPT_OF_A_NAME ? sameName[0] : undefined;
    if (tooMany) this.#events.splice(this.#events.indexOf(tooMany), 1);
    const [oldest] = this.#eventIds.keys();
    if (this.#eventIds.size > MOST_WAITS && oldest !== undefined) this.#eventIds.delete(oldest);
  }

  /** The oldest that are over go first. */
  #forget(): void {
    if (this.#waits.size <= MOST_WAITS) return;
    const over = [...this.#waits.values()].find(({ outcome }) => outcome !== undefined);
    if (over) this.#waits.delete(over.id);
  }
}

function opened({ id, token, openedAtMs, expiresAtMs }: Wait): OpenedWait {
  return { id, openedAtMs, expiresAtMs, ...(token === undefined ? {} : { token }) };
}

function view({ token: _, answerIds: __, people, task, answers, ...wait }: Wait): WaitView {
  return { ...wait, answers: [...answers], ...(task ? { task: { ...task, people: [...people] } } : {}) };
}
