import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { CONTRACT_SCHEMA, type Contract, type Json, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { findConnector } from "./find-connector.ts";
import { readJsonFile } from "./read-file.ts";

/**
 * The released contract that `--against` names: a folder with a contract.json, a contract file, or an installed connector
 * (`acme-crm@1.2.0`). Throws `CONNECTOR_NOT_FOUND`, `UNREADABLE_FILE`, `INVALID_DOCUMENT`.
 */
export async function readAgainst(reference: string): Promise<Contract> {
  const file = contractFile(reference);
  if (file === undefined) return (await findConnector(reference)).contract;
  const { value } = await readJsonFile(file);
  const [fault] = compileSchema(CONTRACT_SCHEMA)(value).diagnostics;
  if (fault === undefined) return value as Json as unknown as Contract;
  throw new MortiseError("INVALID_DOCUMENT", `${file} is no contract: ${fault.message}`, { path: fault.path });
}

function contractFile(reference: string): string | undefined {
  const stat = statSync(reference, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return reference;
  const inside = join(reference, "contract.json");
  return existsSync(inside) ? inside : undefined;
}
