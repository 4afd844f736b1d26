import { untilAborted } from "../attempts/run-native.ts";
import type { Answer, ReadyCall } from "../call.ts";
import { ConditionalRead } from "./conditional-read.ts";
import { type HeaderCachePlace, type KeptRead, mayUseStale, type ReadForPlace } from "./header-cache.ts";
import { mayStandIn } from "./stale-if-error.ts";

/** Answers a read as RFC 9111 says: from what is kept while it is fresh, else by asking whether it still holds. */
export async function readByHeaders(
  call: ReadyCall,
  place: HeaderCachePlace,
  goOn: (call: ReadyCall) => Promise<Answer>,
): Promise<Answer> {
  const { headerCache } = call.services;
  const kept = headerCache.find(place);
  if (kept !== undefined && !kept.policy.stale()) return { ...kept.answer, cached: true };
  const other = headerCache.flight(place);
  if (other !== undefined) {
    const shared = await untilAborted<ReadForPlace | undefined>(
      other.catch(() => undefined),
      call.signal,
    );
    if (shared?.kept !== undefined) return { ...shared.answer, cached: true };
  }
  const { answer } = await headerCache.read(place, () => fetchOrStandIn(call, place, kept, goOn));
  return answer;
}

async function fetchOrStandIn(
  call: ReadyCall,
  place: HeaderCachePlace,
  kept: KeptRead | undefined,
  goOn: (call: ReadyCall) => Promise<Answer>,
): Promise<ReadForPlace> {
  const conditional = new ConditionalRead(call.services.headerCache, kept);
  try {
    const answer = await goOn({ ...call, conditional });
    return { answer, kept: conditional.toKeep(answer) };
  } catch (error) {
    if (kept === undefined || !mayStandIn(error) || !mayUseStale(kept, place)) throw error;
    return { answer: { ...kept.answer, cached: true, stale: true }, kept };
  }
}
