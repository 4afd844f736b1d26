import { type Json, type JsonObject, type JsonSchemaObject, MortiseError } from "@mortise/contract";
import type { StateKey } from "../ports/node-state.ts";
import type { NodeTools } from "./node-tools.ts";

/** The parameter that says who shares what is remembered. */
export const SCOPE: JsonSchemaObject = Object.freeze({
  type: "string",
  title: "Shared by",
  description: "workflow: the runs of this workflow. tenant: all workflows that use the same name.",
  enum: ["workflow", "tenant"],
  default: "workflow",
  "x-advanced": true,
} as const satisfies JsonSchemaObject);

/** The parameter that names what is shared. */
export const SHARED_NAME: JsonSchemaObject = Object.freeze({
  type: "string",
  title: "Name",
  description: "What is shared. Absent: the name of the step.",
  pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,99}$",
  "x-advanced": true,
} as const satisfies JsonSchemaObject);

/** The entry of a node: of its workflow, or of all that use the same name. */
export function stateKey(kind: string, { place }: NodeTools, params: JsonObject, key: Json): StateKey {
  const { scope, name = place.name } = params;
  const owner = scope === "tenant" ? "tenant" : `workflow/${place.workflow}`;
  return { space: `${kind}/${owner}/${String(name)}`, key: keyText(key) };
}

/** Which run asks, and where: the same for every replay. */
export function ownerOf({ place }: NodeTools): string {
  return `${place.runId}/${place.path}`;
}

function keyText(key: Json): string {
  if (typeof key === "string") return `"${key}`;
  if (typeof key === "number" || typeof key === "boolean") return String(key);
  throw new MortiseError("WRONG_TYPE", "A key is a text, a number or true or false; found something else, or nothing.", {
    remedy: "Give a default, or filter out what has no key.",
  });
}

/** What a key may be, for the checker. */
export const KEY: JsonSchemaObject = Object.freeze({ type: ["string", "number", "boolean"] } as const satisfies JsonSchemaObject);
