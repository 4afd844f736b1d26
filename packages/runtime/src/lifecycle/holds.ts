/**
 * Keeps what is paused or taken out of use: connectors, connections, the runtime as a whole.
 *
 * Owns: who is held, since when and why.
 * Does not own: calls in progress (Drains).
 * Invariants:
 *   H1. A hold lasts until somebody lifts it; none is dropped to make room for another one.
 */
import { MortiseError } from "@mortise/contract";

/** `draining`: what is in progress goes on, for a while; `drained`: that is over. */
export type HoldState = "paused" | "draining" | "drained";

export interface Hold {
  readonly state: HoldState;
  readonly reason: string;
  readonly sinceMs: number;
}

/** Whom a hold is for. Neither: the runtime. */
export interface Held {
  readonly connector?: string;
  readonly connection?: string;
  readonly tenant?: string;
}

const MAX_HOLDS = 10_000;

export class Holds {
  readonly #connectors = new Map<string, Hold>();
  readonly #connections = new Map<string, { readonly of: Held; readonly hold: Hold }>();
  #whole: Hold | undefined;

  get isEmpty(): boolean {
    return this.#whole === undefined && this.#connectors.size === 0 && this.#connections.size === 0;
  }

  /** Throws `LIMIT_EXCEEDED` where 10,000 connections are held already. */
  set(of: Held, hold: Hold): void {
    if (of.connector !== undefined) {
      this.#connectors.set(of.connector, hold);
    } else if (of.connection !== undefined) {
      const key = keyOf(of.tenant ?? "", of.connection);
      if (this.#connections.size >= MAX_HOLDS && !this.#connections.has(key))
        throw new MortiseError("LIMIT_EXCEEDED", `${MAX_HOLDS} connections are paused already.`);
      this.#connections.set(key, { of, hold });
    } else this.#whole = hold;
  }

  /** Returns what was held. */
  lift(of: Held): Hold | undefined {
    const was = this.get(of);
    if (of.connector !== undefined) this.#connectors.delete(of.connector);
    else if (of.connection !== undefined) this.#connections.delete(keyOf(of.tenant ?? "", of.connection));
    else this.#whole = undefined;
    return was;
  }

  get({ connector, connection, tenant = "" }: Held): Hold | undefined {
    if (connector !== undefined) return this.#connectors.get(connector);
    return connection === undefined ? this.#whole : this.#connections.get(keyOf(tenant, connection))?.hold;
  }

  /** What holds a call back, and whom it is for; undefined: nothing does. */
  find(connector: string, connection: string, tenant: string): { readonly of: Held; readonly hold: Hold } | undefined {
    if (this.#whole !== undefined) return { of: {}, hold: this.#whole };
    const hold = this.#connectors.get(connector);
    if (hold !== undefined) return { of: { connector }, hold };
    return this.#connections.size === 0 ? undefined : this.#connections.get(keyOf(tenant, connection));
  }

  list(): readonly (Held & Hold)[] {
    return [
      ...(this.#whole === undefined ? [] : [this.#whole]),
      ...[...this.#connectors].map(([connector, hold]) => ({ connector, ...hold })),
      ...[...this.#connections.values()].map(({ of, hold }) => ({ ...of, ...hold })),
    ];
  }
}

const keyOf = (tenant: string, connection: string): string => `${tenant}\n${connection}`;
