import type { Json, JsonObject } from "@mortise/contract";

/** The signal that tells a parked run that something it waits for has come; its payload is `{ wait: <id> }`. */
export const WAKE_SIGNAL = "mortise.wake";

/** What is waited for. */
export type WaitKind = "event" | "callback" | "approval" | "form";

/** One wait of a run for something from outside. */
export interface WaitRequest {
  readonly runId: string;
  /** Place in the run; a wait is opened once for each. */
  readonly path: string;
  readonly kind: WaitKind;
  /** event: what must come. */
  readonly event?: { readonly name: string; readonly key: string };
  /** approval, form: what people are asked. */
  readonly task?: TaskRequest;
  /** How long nobody comes too late, ms. */
  readonly expiresInMs: number;
}

/** What people are asked. */
export interface TaskRequest {
  readonly title: string;
  readonly description?: string;
  /** What they decide on, shown as it is. */
  readonly details?: Json;
  /** `user:<name>`, `role:<name>` or a plain name. Empty: anybody who is signed in. */
  readonly people: readonly string[];
  /** approval: consents that are needed. */
  readonly needed?: number;
  /** approval: one refusal is enough. */
  readonly veto?: boolean;
  /** approval: no decision without a reason. */
  readonly reasonNeeded?: boolean;
  /** form: JSON Schema 2020-12 of what is filled in. */
  readonly schema?: JsonObject;
}

/** An answer to a wait. */
export interface WaitAnswer {
  /** Who gave it; absent: another system. */
  readonly by?: string;
  readonly atMs: number;
  readonly payload: Json;
}

/** Where a wait stands. */
export interface WaitState {
  /** In the order in which they came. */
  readonly answers: readonly WaitAnswer[];
  /** Epoch ms, of the store. */
  readonly nowMs: number;
}

/** How the interpreter waits for the world outside. */
export interface WaitStore {
  /** Opens a wait, or finds the one of this run and path. What came before it was opened and is kept counts as an answer at once. */
  open(request: WaitRequest): Promise<OpenedWait>;
  read(id: string): Promise<WaitState>;
  /** Asks more people; those who were asked before still count. */
  addPeople(id: string, people: readonly string[]): Promise<void>;
  /** No answer is taken any more. `outcome` is for people who look it up. */
  close(id: string, outcome: string): Promise<void>;
}

/** A wait that is open. */
export interface OpenedWait {
  readonly id: string;
  /** callback: whoever knows it may answer. It cannot be guessed, and the store keeps its digest alone. */
  readonly token?: string;
  readonly openedAtMs: number;
  readonly expiresAtMs: number;
}

/** A wait as others than its run see it. */
export interface WaitView extends WaitRequest {
  readonly id: string;
  readonly openedAtMs: number;
  readonly expiresAtMs: number;
  readonly answers: readonly WaitAnswer[];
  /** Absent: still open. */
  readonly outcome?: string;
  readonly closedAtMs?: number;
}

/** What became of an answer. `repeated`: it was given before; `decided`: that person decided before. */
export type AnswerVerdict = "taken" | "repeated" | "decided" | "closed" | "unknown";

/** An event that runs may wait for. */
export interface EventDelivery {
  readonly name: string;
  /** What says whose event it is, e.g. an order's number. */
  readonly key: string;
  readonly payload: Json;
  /** Names the event for ever: the same id is delivered once. Absent: every delivery is an event. */
  readonly id?: string;
}

/** Lists waits. */
export interface WaitQuery {
  readonly kinds?: readonly WaitKind[];
  readonly runId?: string;
  /** Absent: open ones. */
  readonly state?: "open" | "closed";
  /** Absent: 100. */
  readonly limit?: number;
}

/** The other side of the waits: answers come in here, and the runs that wait are woken. */
export interface WaitDesk extends WaitStore {
  find(id: string): Promise<WaitView | undefined>;
  /** The newest first. */
  list(query?: WaitQuery): Promise<readonly WaitView[]>;
  /** Answers a wait and wakes its run. `answerId` names the answer: the same one is taken once. One person answers once. */
  answer(id: string, answer: { readonly answerId: string; readonly by?: string; readonly payload: Json }): Promise<AnswerVerdict>;
  /** Answers the wait of a callback's token. */
  callBack(token: string, answer: { readonly answerId: string; readonly payload: Json }): Promise<AnswerVerdict>;
  /**
   * Gives an event to every wait for its name and key. Where there is none it is kept for the first that opens, for seven days; of
   * one name and key the last 100, of a name the last 1,000.
   */
  deliver(event: EventDelivery): Promise<{ readonly delivered: number; readonly kept: boolean }>;
}
