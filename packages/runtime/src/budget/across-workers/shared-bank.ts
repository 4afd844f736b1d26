/**
 * The bank of a limit that several workers share: Redis holds the permits that no worker has.
 *
 * Owns: what this worker and Redis have agreed on about one limit.
 * Does not own: the permits (PermitPool), the connection and the mode (WorkerLink).
 * Talks to: Redis through the link: one exchange at a time says what is held, given back and wanted, and is told what is granted.
 * Invariants:
 *   S1. Permits of all workers and of Redis together never exceed the limit: a worker says how many it holds as an absolute figure, so an
 *       exchange that got lost neither makes nor loses any.
 *   S2. A permit goes from one worker to another only when it has cooled down, or when its holder has been gone for the lease, the cooling
 *       time and a second; a holder that is late stops using it before that (L1).
 *   S3. Alone, a worker uses what it holds, at most its share. It takes up to its share after the lease and the cooling time, when all others
 *       have come down to theirs; at once where Redis was never there and the deployment says how many share.
 */
import type { PermitBank } from "../permit-bank.ts";
import type { PermitPool } from "../permit-pool.ts";
import type { LinkMember, Reply, Statement, WorkerLink } from "./worker-link.ts";

/** Between two questions that brought nothing, unless somebody says that there is something. */
const ASK_AGAIN_MS = 1_000;
const MARGIN_MS = 1_000;

export class SharedBank implements PermitBank, LinkMember {
  readonly #link: WorkerLink;
  readonly #name: string;
  readonly #now: () => number;
  #pool: PermitPool | undefined;
  #isAgreed = false;
  #talking: Promise<void> | undefined;
  #talkAgain = false;
  #askAtTicks = 0;
  #talkedAtTicks = 0;
  #holder = "";
  #generation = "";
  #dryUntilMs = 0;
  #heardLimit = 0;
  #wasUnused = false;
  #callOff: (() => void) | undefined;

  constructor(link: WorkerLink, name: string, now: () => number) {
    this.#link = link;
    this.#name = name;
    this.#now = now;
  }

  attach(pool: PermitPool): void {
    this.#pool = pool;
    this.#holder = this.#link.enter(this.#name, this);
    if (this.#link.isAlone) this.left();
    else if (this.#link.isShared) this.joined();
  }

  isOpen(): boolean {
    return (this.#isAgreed && this.#link.isShared) || this.#link.isAlone;
  }

  get obtainable(): number {
    return 0;
  }

  get dryUntilMs(): number {
    return this.#dryUntilMs;
  }

  lack(): void {
    if (this.#link.isAlone) return;
    const early = this.#askAtTicks - this.#link.ticks();
    if (early > 0) this.#talkLater(early);
    else this.#talk();
  }

  takeBack(): void {
    this.#dryUntilMs = 0;
    if (!this.#link.isAlone) this.#talk();
  }

  hear(limit: number): void {
    this.#heardLimit = limit;
    this.#talk();
  }

  async close(): Promise<void> {
    this.#pool?.surrender(Number.POSITIVE_INFINITY);
    if (this.#generation !== "") this.#talk();
    await this.#talking;
    this.#callOff?.();
    this.#link.leave(this.#name, this);
  }

  joined(): void {
    this.#isAgreed = false;
    this.#dryUntilMs = 0;
    this.#callOff?.();
    this.#pool?.capTo(Number.POSITIVE_INFINITY);
    this.#talk();
  }

  left(): void {
    this.#isAgreed = false;
    this.#callOff?.();
    const pool = this.#pool;
    if (pool === undefined) return;
    const share = this.#link.shareOf(pool.size);
    const waitMs = this.#link.beginsAtOnce
      ? 0
      : this.#link.leaseMs + pool.coolMs + MARGIN_MS - (this.#link.ticks() - this.#link.aloneSince);
    // A limit too small to be shared stays with whoever has permits of it.
    const isShared = share > 0 || pool.size >= this.#link.status.workers;
    this.#dryUntilMs = this.#now() + Math.max(0, waitMs);
    if (isShared) {
      pool.capTo(share);
      pool.keep(share);
      if (waitMs <= 0) this.#grow(share);
      else this.#callOff = this.#link.later(waitMs, () => this.#grow(share));
    }
    pool.look();
  }

  heard(kind: string): void {
    if (kind === "free") this.#dryUntilMs = 0;
    const pool = this.#pool;
    if (pool === undefined) return;
    if (kind === "free" ? pool.short > 0 : kind === "limit" || pool.held > 0) this.#talk();
  }

  /** Says from time to time what is held, and gives back what nobody has used since the last beat. */
  beat(): void {
    const pool = this.#pool;
    if (pool === undefined || (pool.held === 0 && this.#isAgreed)) return;
    const isUnused = pool.isIdle;
    if (isUnused && this.#wasUnused) pool.surrender(Number.POSITIVE_INFINITY);
    this.#wasUnused = isUnused;
    const everyMs = Math.max(2 * ASK_AGAIN_MS, pool.coolMs / 4);
    if (!this.#isAgreed || pool.held === 0 || this.#link.ticks() - this.#talkedAtTicks > everyMs) this.#talk();
  }

  #grow(share: number): void {
    const pool = this.#pool;
    if (pool === undefined || !this.#link.isAlone) return;
    this.#dryUntilMs = Number.POSITIVE_INFINITY;
    pool.receive(Math.max(0, share - pool.held));
  }

  #talkLater(ms: number): void {
    this.#callOff?.();
    this.#callOff = this.#link.later(ms, () => this.#talk());
  }

  #talk(): void {
    if (this.#talking !== undefined) this.#talkAgain = true;
    else if (this.#pool !== undefined) this.#talking = this.#exchange(this.#pool);
  }

  async #exchange(pool: PermitPool): Promise<void> {
    do {
      // The pool may be in the middle of something.
      await undefined;
      this.#talkAgain = false;
      if (!this.#link.isShared) break;
      this.#talkedAtTicks = this.#link.ticks();
      const heard = this.#heardLimit;
      const statement = this.#statement(pool);
      const reply = await this.#link.exchange(statement);
      if (heard === this.#heardLimit) this.#heardLimit = 0;
      if (reply === undefined) this.#askAtTicks = this.#link.ticks() + ASK_AGAIN_MS;
      else this.#apply(pool, statement, reply);
    } while (this.#talkAgain);
    this.#talking = undefined;
    if (this.#link.isShared && pool.short > 0) this.lack();
  }

  #statement(pool: PermitPool): Statement {
    const need = pool.short;
    return {
      holder: this.#holder,
      name: this.#name,
      size: pool.size,
      coolMs: Math.ceil(pool.coolMs),
      generation: this.#generation,
      held: pool.held,
      idle: pool.idle,
      need,
      want: Math.min(pool.size, need + Math.ceil(pool.size / 20)),
      weight: Math.max(1, pool.weight),
      nextMs: Math.max(0, Math.ceil(pool.nextIdleMs - this.#now())),
      limit: this.#heardLimit,
    };
  }

  #apply(pool: PermitPool, { need }: Statement, { generation, granted, keep, limit, hintMs }: Reply): void {
    this.#generation = generation;
    this.#isAgreed = true;
    const now = this.#now();
    this.#dryUntilMs = hintMs < 0 ? Number.POSITIVE_INFINITY : hintMs > 0 ? now + hintMs : 0;
    pool.limitTo(limit);
    // Before anybody is served, so that what comes does not go back at once.
    if (need > 0) this.#askAtTicks = this.#link.ticks() + ASK_AGAIN_MS;
    pool.keep(keep < 0 ? Number.POSITIVE_INFINITY : keep);
    if (granted > 0) pool.receive(granted);
    else pool.look();
    if (pool.short > 0 && hintMs !== 0) pool.refuse(Math.min(this.#dryUntilMs, pool.nextIdleMs));
    if (granted > 0) this.#askAtTicks = 0;
  }
}
