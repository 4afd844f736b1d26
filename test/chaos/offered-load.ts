import type { CallResult } from "@mortise/contract";
import type { Runtime } from "@mortise/runtime";
import type { EventClock } from "./event-clock.ts";
import type { VirtualVendor } from "./virtual-vendor.ts";

/** One call that was offered, and how it ended. */
export interface OfferedCall<Of> {
  readonly of: Of;
  /** ms since the load began. */
  readonly atMs: number;
  /** ms until it ended. */
  readonly tookMs: number;
  /** `ok`, or the code of its error. Nothing else is kept, as there may be hundreds of thousands. */
  readonly code: string;
}

/** A stream of calls: so many a second, evenly, from one moment to another. */
export interface Offer<Of> {
  readonly of: Of;
  readonly perSecond: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly call: (runtime: Runtime) => Promise<CallResult>;
}

/** Offers calls as time goes by, and gives them as they ended. `at`: something to be done at a moment. */
export async function offerLoad<Of>(
  world: { readonly clock: EventClock; readonly runtime: Runtime; readonly vendor: VirtualVendor },
  offers: readonly Offer<Of>[],
  at: readonly { readonly ms: number; readonly run: () => void }[] = [],
): Promise<readonly OfferedCall<Of>[]> {
  const { clock, runtime, vendor } = world;
  const beganMs = clock.now();
  const ended: OfferedCall<Of>[] = [];
  let inProgress = 0;
  const waiting = (): number => {
    const { calls, hosts } = runtime.status();
    return hosts.reduce((sum, host) => sum + host.waiting, calls.waiting);
  };
  const isQuiet = (): boolean => inProgress - clock.abortable - vendor.held() - waiting() === 0;
  const moments = [
    ...at.map(({ ms, run }) => ({ ms, run })),
    ...offers.flatMap((offer) => {
      const everyMs = 1_000 / offer.perSecond;
      const count = Math.floor((offer.untilMs - offer.fromMs) / everyMs);
      return Array.from({ length: count }, (_, index) => ({ ms: offer.fromMs + index * everyMs, run: () => void one(offer) }));
    }),
  ].sort((a, b) => a.ms - b.ms);
  const one = async ({ of, call }: Offer<Of>): Promise<void> => {
    const atMs = clock.now() - beganMs;
    inProgress++;
    const result = await call(runtime);
    inProgress--;
    const code = result.outcome === "success" ? "ok" : result.error.code;
    ended.push({ of, atMs, tookMs: clock.now() - beganMs - atMs, code });
  };
  for (const { ms, run } of moments) {
    if (beganMs + ms > clock.now()) await clock.runUntil(beganMs + ms, isQuiet);
    run();
  }
  while (inProgress > 0) await clock.runUntil(clock.now() + 1_000, isQuiet);
  return ended;
}

/** The value below which a share of them is, 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** A number in [0, 1) that is the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
