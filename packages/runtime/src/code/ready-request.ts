import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { ReadyRequest } from "../operation/compile-request.ts";
import type { AskedRequest } from "./asked-request.ts";
import { refusal } from "./host-refusal.ts";

/** A request of code with key and credential in it, which the code never sees. It follows no redirect: where that leads was not declared. */
export function readyRequest(
  call: ReadyCall,
  asked: AskedRequest,
  address: URL,
): ReadyRequest & { readonly followRedirects: false } {
  const url = new URL(address);
  const { idempotency } = call.target.operation;
  const { name, value } = call.key;
  const place = name === undefined || typeof idempotency === "string" ? undefined : idempotency.key;
  if (place === "query" && name !== undefined) url.searchParams.set(name, value);
  const headers = {
    accept: "application/json, */*;q=0.5",
    ...asked.headers,
    ...(place === "header" && name !== undefined ? { [name.toLowerCase()]: value } : {}),
  };
  const draft = call.connection.authorize({ method: asked.method, url, headers });
  const fields = { ...(place === "body" && name !== undefined ? { [name]: value } : {}), ...draft.secretFields };
  const body = Object.keys(fields).length === 0 ? asked.body : withFields(asked, fields);
  return { ...draft, ...(body === undefined ? {} : { body }), followRedirects: false };
}

/** Puts fields into a body of JSON or a form. */
function withFields({ body, headers }: AskedRequest, fields: { readonly [name: string]: string }): string {
  const type = headers["content-type"] ?? "application/json";
  if (body === undefined || (typeof body === "string" && /\bjson\b/.test(type)))
    return JSON.stringify({ ...record(body === undefined ? {} : parsed(body as string)), ...fields });
  if (typeof body !== "string" || !type.startsWith("application/x-www-form-urlencoded"))
    throw new MortiseError("MISCONFIGURED", "The credential or the key belongs into the body, which is neither JSON nor a form.");
  const form = new URLSearchParams(body);
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form.toString();
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refusal("INVALID_INPUT", "The body is called JSON, and is none.");
  }
}

function record(value: Json): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refusal("INVALID_INPUT", "A body that the host adds a field to is an object.");
}
