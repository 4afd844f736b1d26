import { type CompiledValue, compileValue } from "@mortise/builders";
import { type Contract, MortiseError, type Operation, type SearchOrCreate } from "@mortise/contract";
import { sound } from "../operation/sound.ts";
import { type CompiledFollowUp, compileFollowUp } from "./compile-wait.ts";

/** Search and creation, made ready once. */
export interface CompiledSearchOrCreate {
  readonly search: CompiledFollowUp & { readonly item: CompiledValue };
  readonly create: CompiledFollowUp;
}

/**
 * Compiles `searchOrCreate`. Throws `MISCONFIGURED` for operations that are not there, `UNSAFE_CONTRACT` where the operation would be
 * taken for less than it does: called a read, or safer to repeat than what it creates with.
 */
export function compileSearchOrCreate(
  contract: Contract,
  name: string,
  operation: Operation,
  { search, create }: SearchOrCreate,
): CompiledSearchOrCreate {
  const compiled = {
    search: {
      ...compileFollowUp(contract, search, { name, path: "/searchOrCreate/search", reads: true }),
      item: sound(compileValue(search.item, { path: "/searchOrCreate/search/item" }), name),
    },
    create: compileFollowUp(contract, create, { name, path: "/searchOrCreate/create", reads: false }),
  };
  const creates = contract.operations[create.operation];
  if (creates !== undefined) checkEffect(name, operation, creates);
  return Object.freeze(compiled);
}

function checkEffect(name: string, operation: Operation, creates: Operation): void {
  const refuse = (key: string, message: string): never => {
    throw new MortiseError("UNSAFE_CONTRACT", `${name}: ${message}`, { path: `/${key}` });
  };
  if (creates.effect === "read") refuse("searchOrCreate/create", "what it creates with only reads.");
  if (operation.effect !== creates.effect) {
    refuse("effect", `it has the effect ${operation.effect}, but what it creates with has ${creates.effect}.`);
  }
  const { idempotency } = creates;
  const kindOf = (of: Operation["idempotency"]) => (typeof of === "string" ? of : "key");
  if (operation.idempotency !== "none" && kindOf(operation.idempotency) !== kindOf(idempotency)) {
    refuse("idempotency", `it says ${kindOf(operation.idempotency)}, but what it creates with says ${kindOf(idempotency)}.`);
  }
}
