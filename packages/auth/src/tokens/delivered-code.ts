import { timingSafeEqual } from "node:crypto";
import { getPointer, type Json, MortiseError } from "@mortise/contract";
import { type AuthorizationPending, connected } from "./authorization-code.ts";
import type { PlainCredential } from "./credential-store.ts";
import type { TokenQuery } from "./request-token.ts";
import { parseAnswer } from "./run-steps.ts";

/**
 * Takes the code out of a vendor's delivery, whose signature the caller has checked where the contract names one, and exchanges it; what is
 * kept of the redirect is read from the delivery. Throws `AUTH_FAILED` where nothing ties the delivery to the start, otherwise as
 * `exchangeCode` does.
 */
export async function exchangeDeliveredCode(
  query: TokenQuery,
  rawBody: string,
  pending: AuthorizationPending,
): Promise<PlainCredential> {
  const place = query.scheme.codeFrom?.webhook;
  if (place === undefined)
    throw new MortiseError("MISCONFIGURED", "The contract does not say that a code comes by a delivery (codeFrom).");
  if (place.state === undefined && place.signature === undefined)
    throw new MortiseError(
      "MISCONFIGURED",
      "The contract accepts a code from anybody: neither a state nor a signature is checked.",
    );
  const body = bodyOf(rawBody);
  if (place.state !== undefined && !isSame(textAt(body, place.state), pending.state))
    throw new MortiseError("AUTH_FAILED", "The delivery belongs to another sign-in: its state is another one.");
  const redirect = (name: string) =>
    textAt(body, name.startsWith("/") ? name : `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  return connected(query, pending, textAt(body, place.code), { redirect });
}

function bodyOf(text: string): Json {
  const body = parseAnswer(text);
  return typeof body === "string" ? Object.fromEntries(new URLSearchParams(body)) : body;
}

function isSame(given: string | undefined, expected: string): boolean {
  const [one, other] = [Buffer.from(given ?? ""), Buffer.from(expected)];
  return one.length === other.length && other.length > 0 && timingSafeEqual(one, other);
}

function textAt(body: Json, pointer: string): string | undefined {
  const found = getPointer(body, pointer);
  if (typeof found === "number") return String(found);
  return typeof found === "string" && found !== "" ? found : undefined;
}
