import { isMortiseError } from "@mortise/contract";
import type { KekProvider } from "./kek-provider.ts";

/** Options of {@link backingOff}. */
export interface BackingOffOptions {
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** How often one request is sent; absent: 4. */
  readonly attempts?: number;
  /** How long one request waits in all, ms; absent: 5,000. A provider that wants more is unavailable. */
  readonly mostMs?: number;
}

const FIRST_MS = 100;

/**
 * A provider whose rate limit is obeyed: while it says "later", nobody asks, and those who waited do not all ask at once. Failures without
 * a time to come back at are not repeated: the data keys that are cached bridge them.
 */
export function backingOff(provider: KekProvider, options: BackingOffOptions): KekProvider {
  const { now, sleep, random, attempts = 4, mostMs = 5_000 } = options;
  let closedUntilMs = 0;
  const patient = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    const startedMs = now();
    for (let attempt = 1; ; attempt++) {
      const waitMs = closedUntilMs - now();
      if (waitMs > 0) await sleep(waitMs + random() * FIRST_MS * 2 ** attempt);
      try {
        return await ask();
      } catch (error) {
        const untilMs = isMortiseError(error) && error.code === "VAULT_UNAVAILABLE" ? error.data.retryAtMs : undefined;
        if (untilMs === undefined || attempt >= attempts || untilMs - startedMs > mostMs) throw error;
        closedUntilMs = Math.max(closedUntilMs, untilMs);
      }
    }
  };
  return Object.freeze({
    ...optional(provider, patient),
    kind: provider.kind,
    place: provider.place,
    region: provider.region,
    remote: provider.remote,
    owns: (kekId) => provider.owns(kekId),
    current: () => patient(() => provider.current()),
    wrap: (dek, binding) => patient(() => provider.wrap(dek, binding)),
    unwrap: (wrapped, binding) => patient(() => provider.unwrap(wrapped, binding)),
    describe: () => patient(() => provider.describe()),
    disable: (kekId) => patient(() => provider.disable(kekId)),
  } satisfies KekProvider);
}

type Patient = <Result>(ask: () => Promise<Result>) => Promise<Result>;

function optional(provider: KekProvider, patient: Patient): Pick<KekProvider, "rotate" | "enable" | "destroy"> {
  const { rotate, enable, destroy } = provider;
  return {
    ...(rotate ? { rotate: () => patient(() => rotate.call(provider)) } : {}),
    ...(enable ? { enable: (kekId: string) => patient(() => enable.call(provider, kekId)) } : {}),
    ...(destroy ? { destroy: (kekId: string) => patient(() => destroy.call(provider, kekId)) } : {}),
  };
}
