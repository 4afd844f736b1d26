import { compileValue, type Scope } from "@mortise/builders";
import { type Contract, type FollowUp, type Json, MortiseError, nearest, selfContained, type Trigger } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { parseUse } from "@mortise/registry";
import { openConnection } from "../connection/open-connection.ts";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";

/** A trigger with what it is configured with, ready to call the operations that it is made of. */
export interface OpenTrigger {
  readonly contract: Contract;
  readonly name: string;
  readonly trigger: Trigger;
  readonly connection: Connection | undefined;
  /** `input`, with defaults, and `settings`. */
  readonly scope: { readonly input: Json; readonly settings: { readonly [name: string]: Json } };
}

/** What a trigger is opened for. */
export interface TriggerRequest {
  readonly input: Json;
  readonly connection?: ConnectionRef;
  /** Absent: `default`. */
  readonly tenant?: string;
  readonly signal?: AbortSignal;
}

/** A trigger of a connector. Throws `CONNECTOR_NOT_FOUND`, `UNKNOWN_REFERENCE`, and why it must not run. */
export function findTrigger(
  { registry, lifecycle }: Pick<Services, "registry" | "lifecycle">,
  use: string,
  tenant: string,
): { readonly contract: Contract; readonly name: string; readonly trigger: Trigger } {
  const { ref, name } = parseUse(use);
  const contract = registry.get(ref)?.contract;
  if (contract === undefined) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${ref} is installed.`);
  const { triggers = {} } = contract;
  const trigger = Object.hasOwn(triggers, name) ? triggers[name] : undefined;
  if (trigger !== undefined) {
    lifecycle.checkTrigger(contract, name, tenant);
    return { contract, name, trigger };
  }
  const near = nearest(name, Object.keys(triggers));
  throw new MortiseError("UNKNOWN_REFERENCE", `The connector ${ref} has no trigger ${name}.`, {
    ...(near === undefined ? {} : { remedy: `Did you mean ${ref}/${near}?` }),
  });
}

/** Finds a trigger and its connection and checks the input. Throws what {@link findTrigger} does, `CONNECTION_NOT_FOUND`, `INVALID_INPUT`, `MISCONFIGURED`. */
export async function openTrigger(
  services: Services,
  use: string,
  request: TriggerRequest,
  tenant: string,
): Promise<OpenTrigger> {
  const { contract, name, trigger } = findTrigger(services, use, tenant);
  const ref = request.connection;
  const connection = typeof ref === "string" ? await services.connections?.(ref, tenant) : ref;
  if (typeof ref === "string" && connection === undefined)
    throw new MortiseError("CONNECTION_NOT_FOUND", `No connection of the name "${ref}" exists.`);
  const { settings } = openConnection(contract, connection, tenant, { accepted: [] });
  const checked = compileSchema(selfContained(trigger.input, contract.schemas), { useDefaults: true })(request.input);
  const [first] = checked.diagnostics;
  if (!checked.ok && first !== undefined)
    throw new MortiseError("INVALID_INPUT", `${use}: ${first.message}.`, { path: `/input${first.path}` });
  return {
    contract,
    name,
    trigger,
    connection,
    scope: { input: checked.value, settings },
  };
}

/** The operation that a trigger calls, and its input. */
export function followUp(
  { contract }: OpenTrigger,
  { operation, with: input }: FollowUp,
  scope: Scope,
): { readonly use: string; readonly input: Json } {
  return { use: `${contract.name}@${contract.version}/${operation}`, input: compileValue(input).evaluate(scope) };
}
