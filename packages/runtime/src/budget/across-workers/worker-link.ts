/**
 * Keeps one runtime known to the others that share its Redis, and knows whether its permits are vouched for.
 *
 * Owns: the connections to Redis, the beat, the mode.
 * Does not own: permits (SharedBank), what holds calls still (Pauses), a client that was handed in.
 * Talks to: Redis, by the scripts.
 * Invariants:
 *   L1. Permits are used only while the last beat is younger than the lease, less a tenth: by then nobody else has been given them. The age
 *       is measured on a clock that nobody sets, from before the beat was sent.
 *   L2. A worker that was stopped for longer asks again before it uses any. One whose beat has failed for that long is alone.
 *   L3. Nothing here is waited for by a call; every command ends within a second.
 */

import { BEAT, EXCHANGE, PAUSE } from "./ledger-scripts.ts";
import type { RedisClient } from "./redis-client.ts";

/** How the budgets of this runtime are kept at the moment. */
export interface BudgetStatus {
  /**
   * `local`: this process has them for itself; `joining`: Redis is being asked for the first time; `shared`: with all workers; `alone`: Redis
   * cannot be reached, so this worker keeps to its share.
   */
  readonly mode: "local" | "joining" | "shared" | "alone";
  /** Workers that share them, as far as is known; this one included. */
  readonly workers: number;
  /** What Redis or the way to it said last, in the modes `joining` and `alone`. */
  readonly reason?: string;
}

/** One bucket's part of the link. */
export interface LinkMember {
  /** Redis is there (again): what is held must be agreed on before it is used. */
  joined(): void;
  /** Redis is not there: this worker keeps to its share. */
  left(): void;
  /** Another worker said something about the bucket. */
  heard(kind: string): void;
  /** About once a second while Redis is there. */
  beat(): void;
  close(): Promise<void>;
}

export interface LinkOptions {
  readonly client: RedisClient;
  readonly worker: string;
  /** Absent: `{mortise}`. The braces keep all keys in one slot of a cluster. */
  readonly prefix?: string;
  /** For how long a worker is vouched for after a beat. Absent: 5,000. */
  readonly leaseMs?: number;
  /** Workers to reckon with where Redis has never told. Absent: 8. */
  readonly assumedWorkers?: number;
  /**
   * Workers that the deployment runs. Where Redis has never told how many there are, this one begins with its part of every budget at once, in
   * place of after the lease and the window. Absent: it waits for these.
   */
  readonly workers?: number;
  /** Milliseconds on a clock that nobody sets. */
  readonly ticks: () => number;
  /** Runs something later without keeping the process alive. */
  readonly later: (ms: number, run: () => void) => () => void;
  readonly onPause: (key: string, ms: number) => void;
  readonly onMode: (status: BudgetStatus) => void;
}

/** What a bucket says and asks. */
export interface Statement {
  /** From {@link WorkerLink.enter}. */
  readonly holder: string;
  readonly name: string;
  readonly size: number;
  readonly coolMs: number;
  readonly generation: string;
  readonly held: number;
  readonly idle: number;
  readonly need: number;
  readonly want: number;
  readonly weight: number;
  readonly nextMs: number;
  readonly limit: number;
}

/** What a bucket is told. */
export interface Reply {
  readonly generation: string;
  readonly granted: number;
  readonly keep: number;
  readonly limit: number;
  readonly hintMs: number;
}

export class WorkerLink {
  readonly leaseMs: number;
  readonly ticks: () => number;
  readonly later: LinkOptions["later"];
  readonly #options: LinkOptions;
  readonly #client: RedisClient;
  readonly #ears: RedisClient;
  readonly #prefix: string;
  readonly #members = new Map<string, LinkMember>();
  #mode: "joining" | "shared" | "alone" = "joining";
  #validUntil = 0;
  #workers = 0;
  #isAgreed = false;
  #aloneSince = 0;
  #server: { readonly run: string; readonly sinceTicks: number } | undefined;
  #isBeating = false;
  #isFailing = false;
  #reason: string | undefined;
  #sequence = 0;
  #holders = 0;
  #callOff: (() => void) | undefined;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.leaseMs = options.leaseMs ?? 5_000;
    this.ticks = options.ticks;
    this.later = options.later;
    this.#prefix = options.prefix ?? "{mortise}";
    this.#client = options.client;
    this.#ears = options.client.duplicate();
    for (const client of [this.#client, this.#ears]) client.on("error", (error) => this.#miss(error));
    this.#client.on("close", () => {
      this.#server = undefined;
    });
    this.#client.on("ready", () => {
      this.#server = undefined;
      void this.#beat();
    });
    this.#ears.on("ready", () => void this.#ears.subscribe(this.#channel).catch(() => undefined));
    this.#ears.on("message", (_, message) => this.#hear(message));
    if (this.#client.status === "ready") void this.#beat();
    this.#callOff = this.later(this.#beatMs, () => this.#tick());
  }

  /** Whether permits are vouched for by Redis now (L1). */
  get isShared(): boolean {
    return this.#mode === "shared" && this.ticks() < this.#validUntil;
  }

  get isAlone(): boolean {
    return this.#mode === "alone";
  }

  /** Since when, in ticks, this worker is alone. */
  get aloneSince(): number {
    return this.#aloneSince;
  }

  get status(): BudgetStatus {
    const workers = this.beginsAtOnce && this.#mode === "alone" ? (this.#options.workers ?? 0) : this.#workers;
    const said = { mode: this.#mode, workers };
    return this.#mode === "shared" || this.#reason === undefined ? said : { ...said, reason: this.#reason };
  }

  /** Whether Redis was never there, and the deployment says how many share: what is held then need not be waited for. */
  get beginsAtOnce(): boolean {
    return this.#workers === 0 && this.#options.workers !== undefined;
  }

  /** This worker's share of so many permits while it is alone. */
  shareOf(size: number): number {
    if (this.#workers === 0) return Math.max(1, Math.floor(size / (this.#options.workers ?? this.#options.assumedWorkers ?? 8)));
    return this.#isAgreed ? Math.floor(size / this.#workers) : 0;
  }

  /** Names the holder of the bucket's permits: another one each time, so that the last word of an earlier one is not taken for its. */
  enter(name: string, member: LinkMember): string {
    this.#members.set(name, member);
    return `${this.#options.worker}.${++this.#holders}`;
  }

  leave(name: string, member: LinkMember): void {
    if (this.#members.get(name) === member) this.#members.delete(name);
  }

  /** Undefined: Redis did not take it, now or at all. */
  async exchange(statement: Statement): Promise<Reply | undefined> {
    const { holder, name, size, coolMs, generation, held, idle, need, want, weight, nextMs, limit } = statement;
    const keys = [this.#key(`b:${name}`), this.#key("workers"), this.#key("meta")];
    const said = [generation, ++this.#sequence, held, idle, need, want, weight, nextMs, limit, this.#channel, name];
    const reply = (await this.#eval(EXCHANGE, keys, [holder, this.leaseMs, size, coolMs, ...said])) as unknown[] | undefined;
    if (reply === undefined || reply.length === 0) return undefined;
    const [known, granted, keep, agreed, hintMs] = reply;
    return {
      generation: String(known),
      granted: Number(granted),
      keep: Number(keep),
      limit: Number(agreed),
      hintMs: Number(hintMs),
    };
  }

  /** Passes a pause on to the other workers. */
  pause(key: string, ms: number): void {
    const args = [key, Math.ceil(ms), this.#options.worker, this.#channel];
    void this.#eval(PAUSE, [this.#key("pauses")], args);
  }

  /** Gives back what nobody uses; the rest comes back when the lease has ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.close()));
    this.#isClosed = true;
    this.#callOff?.();
    this.#ears.disconnect();
  }

  get #beatMs(): number {
    return Math.min(1_000, this.leaseMs / 5);
  }

  get #channel(): string {
    return this.#key("news");
  }

  #key(name: string): string {
    return `${this.#prefix}:${name}`;
  }

  #tick(): void {
    if (this.#isClosed) return;
    this.#callOff = this.later(this.#beatMs, () => this.#tick());
    void this.#beat();
  }

  async #beat(): Promise<void> {
    if (this.#isBeating || this.#isClosed) return;
    if (this.#client.status !== "ready") return this.#miss();
    this.#isBeating = true;
    const sentAt = this.ticks();
    try {
      const { run, uptimeMs } = await this.#askServer();
      const keys = ["workers", "told", "meta"].map((name) => this.#key(name));
      const reply = await this.#eval(BEAT, keys, [this.#options.worker, this.leaseMs, run, uptimeMs]);
      if (reply !== undefined) await this.#accepted(sentAt, reply as number[]);
    } catch (error) {
      this.#miss(error);
    } finally {
      this.#isBeating = false;
    }
    if (this.#isFailing) this.#lapse();
  }

  async #accepted(sentAt: number, [now, workers, agreed]: readonly (number | undefined)[]): Promise<void> {
    const wasShared = this.isShared;
    this.#isFailing = false;
    this.#reason = undefined;
    const news = this.#workers !== workers;
    this.#workers = workers ?? 1;
    this.#isAgreed = agreed === 1;
    this.#validUntil = sentAt + this.leaseMs * 0.9;
    this.#mode = "shared";
    if (wasShared) {
      if (news) this.#options.onMode(this.status);
      for (const member of this.#members.values()) member.beat();
      return;
    }
    this.#options.onMode(this.status);
    for (const member of this.#members.values()) member.joined();
    await this.#readPauses(now ?? 0);
  }

  /** What the others were asked for while nobody told this worker. */
  async #readPauses(now: number): Promise<void> {
    const held = await this.#client.zrangebyscore(this.#key("pauses"), now, "+inf", "WITHSCORES", "LIMIT", 0, 10_000);
    for (let at = 0; at + 1 < held.length; at += 2) this.#options.onPause(held[at] as string, Number(held[at + 1]) - now);
  }

  /** Which server this is: another one, or one that was started anew, may have forgotten what it knew. */
  async #askServer(): Promise<{ readonly run: string; readonly uptimeMs: number }> {
    if (this.#server === undefined) {
      const info = await this.#client.info("server");
      const run = /^run_id:(\S+)/m.exec(info)?.[1] ?? "";
      const uptime = Number(/^uptime_in_seconds:(\d+)/m.exec(info)?.[1] ?? 0) * 1_000;
      this.#server = { run, sinceTicks: this.ticks() - uptime };
    }
    return { run: this.#server.run, uptimeMs: Math.floor(this.ticks() - this.#server.sinceTicks) };
  }

  async #eval(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.#client.eval(script, keys.length, ...keys, ...args);
    } catch (error) {
      this.#miss(error);
      return undefined;
    }
  }

  /** Without an error, what was said last still holds. */
  #miss(error?: unknown): void {
    this.#isFailing = true;
    if (error instanceof Error) this.#reason = error.message || (error as NodeJS.ErrnoException).code || error.name;
    this.#lapse();
  }

  /** Goes on alone when nobody has vouched for this worker for too long, or Redis was never there (L2). */
  #lapse(): void {
    if (this.#isClosed || this.#mode === "alone" || this.ticks() < this.#validUntil) return;
    this.#mode = "alone";
    this.#aloneSince = this.ticks();
    this.#options.onMode(this.status);
    for (const member of this.#members.values()) member.left();
  }

  #hear(message: string): void {
    const { kind, from, name, ms } = newsOf(message);
    if (from.split(".")[0] === this.#options.worker) return;
    if (kind === "pause") this.#options.onPause(name, ms);
    else this.#members.get(name)?.heard(kind);
  }
}

/** Anybody who reaches Redis can say anything there. */
function newsOf(message: string): { readonly kind: string; readonly from: string; readonly name: string; readonly ms: number } {
  let found: unknown;
  try {
    found = JSON.parse(message);
  } catch {
    found = undefined;
  }
  const [kind, from, name, ms] = Array.isArray(found) ? (found as readonly unknown[]) : [];
  return { kind: String(kind), from: String(from), name: String(name), ms: typeof ms === "number" ? ms : 0 };
}
