import { keptField, type OAuth2Scheme } from "@mortise/contract";
import type { PlainCredential } from "./credential-store.ts";

/** What one sign-in gives. */
const GIVEN = ["accessToken", "refreshToken", "expiresAt", "refreshExpiresAt", "scope", "subject"] as const;

/**
 * A credential without what an earlier sign-in of a scheme gave: tokens, their ends, and what connecting told. The next one may be another
 * account's, which is not to be mixed with the one before; the fields that somebody has entered stay, and so does what other schemes hold.
 */
export function withoutGrant(
  { second = {}, keep = [], postConnect = [] }: OAuth2Scheme & Told,
  credential: PlainCredential,
): PlainCredential {
  const told = [...keep.map(({ setting }) => setting), ...postConnect.flatMap((step) => Object.keys(step.keep ?? {}))];
  const given = new Set<string>([
    ...GIVEN,
    ...Object.keys(second).flatMap((name) => GIVEN.map((field) => `${field}.${name}`)),
    ...told.map(keptField),
  ]);
  return Object.fromEntries(Object.entries(credential).filter(([name]) => !given.has(name)));
}

interface Told {
  readonly postConnect?: readonly { readonly keep?: { readonly [setting: string]: string } }[];
}
