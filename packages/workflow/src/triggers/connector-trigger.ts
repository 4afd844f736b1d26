import { type Contract, nearest, type Trigger } from "@mortise/contract";
import type { OperationCatalogue } from "../checker/catalogue.ts";

/** A trigger of a connector, found by its name; or what its name most likely meant. */
export type ConnectorTrigger =
  | { readonly contract: Contract; readonly name: string; readonly trigger: Trigger }
  | { readonly contract?: never; readonly near: string | undefined };

/** Finds `connector[@version]/trigger` in what is installed. */
export function findConnectorTrigger(catalogue: Pick<OperationCatalogue, "contract">, use: string): ConnectorTrigger {
  const slash = use.lastIndexOf("/");
  const ref = use.slice(0, slash);
  const name = use.slice(slash + 1);
  const contract = catalogue.contract?.(ref);
  if (contract === undefined) return { near: undefined };
  const { triggers = {} } = contract;
  const trigger = Object.hasOwn(triggers, name) ? triggers[name] : undefined;
  if (trigger !== undefined) return { contract, name, trigger };
  const near = nearest(name, Object.keys(triggers));
  return { near: near === undefined ? undefined : `${ref}/${near}` };
}
