import { isMortiseError } from "@mortise/contract";
import type { SourceLease } from "../store/trigger-sources.ts";
import type { Source, SourceContext } from "./source.ts";

/** Reads a source until the signal aborts. Throws what keeps it from reading. */
export type SourceWork = (lease: SourceLease, signal: AbortSignal) => Promise<void>;

const RENEW_MS = 10_000;
const LOOK_MS = 5_000;
const LONGEST_BACKOFF_MS = 300_000;

/**
 * A source that one process of the deployment reads at a time.
 *
 * Owns: the lease, and how long is waited after a failure: ever longer, up to five minutes, by chance a little more or less.
 * Does not own: what is read, and what is kept of it.
 * Invariants:
 *   L1. Work is aborted as soon as the lease is known to be lost; what it still writes is refused by its epoch.
 *   L2. A failure is kept where a person sees it, and reading goes on later.
 */
export function leasedSource(context: SourceContext, work: SourceWork): Source {
  const { sources, clock, random, live, log, host } = context;
  const closing = new AbortController();

  const hold = async (lease: SourceLease): Promise<void> => {
    const lost = new AbortController();
    const signal = AbortSignal.any([closing.signal, lost.signal]);
    const renewing = (async () => {
      while (!signal.aborted) {
        await clock.sleep(RENEW_MS, signal);
        if (signal.aborted) return;
        const isHeld = await sources.renew(lease).catch(() => true);
        if (!isHeld) lost.abort();
      }
    })();
    try {
      await work(lease, signal);
    } finally {
      lost.abort();
      await renewing;
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!closing.signal.aborted) {
      let waitMs = LOOK_MS;
      try {
        const lease = await sources.take(live.id, live.revision);
        if (lease !== undefined) {
          const startedMs = host.now();
          try {
            await hold(lease);
          } catch (error) {
            if (closing.signal.aborted) return;
            failures = host.now() - startedMs > LONGEST_BACKOFF_MS ? 1 : failures + 1;
            waitMs = Math.min(LONGEST_BACKOFF_MS, 1_000 * 2 ** (failures - 1)) * (0.75 + random() / 2);
            const { code, message } = faultOf(error);
            log(`The trigger of "${live.document.name}" could not be read: ${code}: ${message}`);
            await sources.fail(lease, { code, message, atMs: host.now() });
          } finally {
            await sources.leave(lease);
          }
        }
      } catch (error) {
        log(`The trigger of "${live.document.name}" could not be looked after: ${faultOf(error).message}`);
      }
      await clock.sleep(waitMs, closing.signal);
    }
  };

  const running = run();
  return {
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

function faultOf(error: unknown): { readonly code: string; readonly message: string } {
  if (isMortiseError(error)) return { code: error.data.code, message: error.data.message };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}
