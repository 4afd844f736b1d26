import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Contract } from "@mortise/contract";
import { findConnector } from "./find-connector.ts";
import { readContract } from "./read-contract.ts";

/**
 * The released contract that `--against` names: a folder with a contract.json, a contract file, or an installed connector
 * (`acme-crm@1.2.0`). Throws `CONNECTOR_NOT_FOUND`, and what `readContract` does.
 */
export async function readAgainst(reference: string): Promise<Contract> {
  const file = contractFile(reference);
  if (file === undefined) return (await findConnector(reference)).contract;
  return await readContract(file);
}

function contractFile(reference: string): string | undefined {
  const stat = statSync(reference, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return reference;
  const inside = join(reference, "contract.json");
  return existsSync(inside) ? inside : undefined;
}
