import { isMortiseError, type Json } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import { callFollowUp } from "../operation/follow-up.ts";
import type { CompiledSearchOrCreate } from "./compile-search-or-create.ts";

/**
 * Finds an item, and creates it where there is none; both calls go through the whole pipeline. The creation has the call's own
 * idempotency key and commit point, so a repeat is as safe as that operation is. Where somebody else was quicker and the creation
 * conflicts, the item is searched for once more.
 */
export async function searchOrCreate(call: ReadyCall, { search, create }: CompiledSearchOrCreate): Promise<Answer> {
  const scope = callScope(call);
  const find = async (): Promise<Json> => {
    const { output } = await callFollowUp(call, search.operation, search.input.evaluate(scope));
    return search.item.evaluate({ ...scope, output });
  };
  const found = await find();
  if (found !== null) return { output: { item: found, created: false } };
  try {
    const { commit } = call.request;
    const more = { idempotencyKey: call.key.value, ...(commit === undefined ? {} : { commit }) };
    const { output } = await callFollowUp(call, create.operation, create.input.evaluate(scope), more);
    return { output: { item: output, created: true } };
  } catch (error) {
    if (!isMortiseError(error) || error.code !== "CONFLICT") throw error;
    const other = await find();
    if (other === null) throw error;
    return { output: { item: other, created: false } };
  }
}
