import { type Json, MortiseError } from "@mortise/contract";
import type { WholeRequest } from "./request-draft.ts";

/**
 * A whole request with further top-level fields in its JSON or form body, in place of fields of the same name; without a body it gets one of
 * JSON. Throws `MISCONFIGURED` for a body that has no fields.
 */
export function withBodyFields<T extends WholeRequest>(request: T, fields: { readonly [name: string]: string }): T {
  const names = Object.keys(fields);
  if (names.length === 0) return request;
  const type = request.headers["content-type"] ?? "application/json";
  const body = request.body?.toString() ?? "";
  const headers = { ...request.headers, "content-type": type };
  if (isForm(type)) {
    const others = body.split("&").filter((part) => part !== "" && !names.some((name) => new URLSearchParams(part).has(name)));
    const own = Object.entries(fields).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    return { ...request, headers, body: [...others, ...own].join("&") };
  }
  const content = /[/+]json\b/i.test(type) ? parse(body === "" ? "{}" : body) : undefined;
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return { ...request, headers, body: JSON.stringify({ ...content, ...fields }) };
  }
  throw new MortiseError("MISCONFIGURED", `A signature cannot be put into the body: ${type} has no fields of its own.`);
}

/** Whether a body is a form (WHATWG URL, `application/x-www-form-urlencoded`). */
export function isForm(type: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type ?? "");
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
