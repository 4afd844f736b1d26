import { createHash } from "node:crypto";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { Entity } from "./entity-store.ts";

/** The entity tag of a version (RFC 9110 §8.8.3). */
export function etagOf({ key, version }: Entity): string {
  return `"${version}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}"`;
}

/** 412 where a change is meant for another version than the present one (RFC 9110 §13.1.1). Undefined: it is not. */
export function failedMatch(header: string | undefined, entity: Entity | undefined): SimulatedAnswer | undefined {
  if (header === undefined || (entity !== undefined && names(header, entity))) return undefined;
  return {
    status: 412,
    headers: { "x-simulator": "precondition" },
    body: { error: { status: 412, message: "It has changed since: If-Match names another version." } },
  };
}

/** 304 where a reader has the present version (RFC 9110 §13.1.2). Undefined: it has not. */
export function notModified(header: string | undefined, entity: Entity): SimulatedAnswer | undefined {
  if (header === undefined || !names(header, entity)) return undefined;
  return { status: 304, headers: { etag: etagOf(entity) } };
}

function names(header: string, entity: Entity): boolean {
  return header
    .split(",")
    .map((each) => each.trim().replace(/^W\//, ""))
    .some((each) => each === "*" || each === etagOf(entity));
}
