/** Most pools of sockets at a time; the oldest makes room. */
const MAX_POOLS = 500;

/** Pools by name, the oldest of which make room for new ones. What is left out is no longer used for new requests. */
export class Pooled<P> {
  readonly #pools = new Map<string, P>();
  readonly #leave: (pool: P) => void;

  /** @param leave Called for a pool that makes room: requests may still be under way in it. */
  constructor(leave: (pool: P) => void) {
    this.#leave = leave;
  }

  get(name: string): P | undefined {
    return this.#pools.get(name);
  }

  /** Puts a pool in, in place of the one that had its name. */
  add(name: string, pool: P): P {
    const before = this.#pools.get(name);
    const [oldest] = before === undefined && this.#pools.size >= MAX_POOLS ? this.#pools : [];
    if (oldest !== undefined) {
      this.#pools.delete(oldest[0]);
      this.#leave(oldest[1]);
    }
    this.#pools.set(name, pool);
    if (before !== undefined) this.#leave(before);
    return pool;
  }

  /** Takes all of them out. */
  drain(): readonly P[] {
    const all = [...this.#pools.values()];
    this.#pools.clear();
    return all;
  }
}

/** The name of the pool that a hop's socket is of. */
export function poolOf({
  pool,
  certificate,
}: {
  readonly pool: string;
  readonly certificate: { readonly digest: string } | undefined;
}): string {
  return certificate === undefined ? pool : `${pool} ${certificate.digest}`;
}
