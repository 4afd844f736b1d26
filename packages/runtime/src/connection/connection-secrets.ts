import { type Credential, credentialFields, type Secret } from "@mortise/auth";
import type { AuthScheme, Contract } from "@mortise/contract";
import type { Connection } from "../runtime.ts";
import { secretValues } from "../secret-values.ts";

/** What must not be shown: the scheme's secret fields, the pairs that Basic sends, and settings marked `x-secret`. */
export function connectionSecrets(
  scheme: AuthScheme,
  credential: Credential,
  connection: Connection | undefined,
  contract: Contract,
): readonly string[] {
  const open = new Set(credentialFields(scheme).flatMap(({ name, secret }) => (secret ? [] : [name])));
  const fields = Object.entries(credential).flatMap(([name, secret]) => (open.has(name) ? [] : [secret.reveal()]));
  const settings = secretValues(connection?.settings ?? {}, contract.settings ?? {});
  return [...fields, ...settings, ...pairs(scheme, credential)];
}

/** What Basic sends (RFC 7617 §2; RFC 6749 §2.3.1), also where the password alone is too short to be searched for. */
function pairs(scheme: AuthScheme, { username, password, clientId, clientSecret }: Credential): readonly string[] {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  const pair = (left: Secret | undefined, right: Secret | undefined): readonly string[] =>
    left === undefined || right === undefined || right.reveal() === "" ? [] : [`${left.reveal()}:${right.reveal()}`];
  return [
    ...(all.some(({ kind }) => kind === "basic") ? pair(username, password) : []),
    ...(all.some(({ kind }) => kind === "oauth2") ? pair(clientId, clientSecret) : []),
  ];
}
