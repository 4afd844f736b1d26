import { timingSafeEqual } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { FastifyRequest } from "fastify";
import { SESSION_COOKIE } from "../http/access.ts";
import { hashed } from "../store/pending-authorizations.ts";

/** Who calls: a browser's session, or the API token. As a hash, so that it can be kept. */
export function callerHash(request: FastifyRequest): string {
  return sessionHash(request) ?? hashed("api token");
}

/** The browser's session; undefined for scripts. */
export function sessionHash(request: FastifyRequest): string | undefined {
  if (request.headers.authorization !== undefined) return undefined;
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie === undefined ? undefined : hashed(cookie);
}

/** The browser's session. Throws `NOT_ALLOWED` for scripts, which no other system could send back to. */
export function personsSession(request: FastifyRequest): string {
  const session = sessionHash(request);
  if (session !== undefined) return session;
  throw new MortiseError("NOT_ALLOWED", "Only a person in a browser can be sent to another system to sign in.", {
    remedy: "Open the connection in the studio and press Connect.",
  });
}

/** Compares hashes in constant time. */
export function isSame(left: string | null | undefined, right: string | null | undefined): boolean {
  if (left == null || right == null) return false;
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The cookie that ties a browser to one sign-in; one a sign-in, so that two at a time do not end each other. */
export const bindingCookie = (id: string): string => `${BINDING}${id}`;

const BINDING = "mortise_connect_";

/** The binding cookies that a browser sent, by the id of their sign-in. */
export function bindingsOf(request: FastifyRequest): ReadonlyMap<string, string> {
  const own = Object.entries(request.cookies).flatMap(([name, value]) =>
    name.startsWith(BINDING) && value !== undefined ? [[name.slice(BINDING.length), value] as const] : [],
  );
  return new Map(own);
}
