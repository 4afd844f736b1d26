import { type AuthScheme, credentialSchema, type JsonSchemaObject, joinPointer, type OAuth2Scheme } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import type { Diff } from "./diff.ts";

/** Finds auth schemes that are gone, new or different. */
export function compareAuth(diff: Diff): void {
  const [before, after] = [diff.before.auth, diff.after.auth];
  const needsOne = (schemes: typeof before): boolean =>
    Object.keys(schemes).length > 0 && !Object.values(schemes).some(({ kind }) => kind === "none");
  if (!needsOne(before) && needsOne(after))
    diff.add("auth-needed", "/auth", "calls needed no credential, need one now", ["/auth"]);
  for (const [id, was] of Object.entries(before)) {
    const path = joinPointer("auth", id);
    const is = Object.hasOwn(after, id) ? after[id] : undefined;
    if (is === undefined)
      diff.add("auth-scheme-removed", path, "the auth scheme is gone; connections that use it stop working", [path], "before");
    else compareScheme(diff, path, was, is);
  }
  for (const id of Object.keys(after)) {
    if (!Object.hasOwn(before, id)) diff.add("auth-scheme-added", joinPointer("auth", id), "the auth scheme is new", []);
  }
}

function compareScheme(diff: Diff, path: string, was: AuthScheme, is: AuthScheme): void {
  if (was.kind !== is.kind) {
    diff.add("auth-kind-changed", `${path}/kind`, `it was ${was.kind}, is ${is.kind}`, [path]);
    return;
  }
  for (const setting of (is.requires ?? []).filter((each) => !was.requires?.includes(each)))
    diff.add("auth-setting-required", `${path}/requires`, `the setting ${setting} is needed now`, [path]);
  diff.schemas("credential", fieldsOf(was), fieldsOf(is), "fields" in was ? `${path}/fields` : path, [path]);
  if (was.kind === "oauth2" && is.kind === "oauth2") compareOAuth(diff, path, was, is);
  const [sent, sends] = [sendingOf(was), sendingOf(is)];
  if (sent !== sends) diff.add("auth-sending-changed", path, "the credential is sent in another place", [path]);
}

function compareOAuth(diff: Diff, path: string, was: OAuth2Scheme, is: OAuth2Scheme): void {
  if (was.grant !== is.grant)
    diff.add("auth-kind-changed", `${path}/grant`, `the grant was ${was.grant}, is ${is.grant}`, [path]);
  for (const scope of (is.requiredScopes ?? []).filter((each) => !was.requiredScopes?.includes(each)))
    diff.add(
      "scope-added",
      `${path}/requiredScopes`,
      `the scope ${scope} is requested now; connections must be consented to again`,
      [path],
    );
  for (const scope of (was.requiredScopes ?? []).filter((each) => !is.requiredScopes?.includes(each)))
    diff.add("scope-removed", `${path}/requiredScopes`, `the scope ${scope} is not requested any more`, [path]);
  for (const key of ["authorizeUrl", "tokenUrl"] as const) {
    if (originOf(was[key]) !== originOf(is[key]))
      diff.add("auth-endpoint-changed", `${path}/${key}`, `${key} was at ${originOf(was[key])}, is at ${originOf(is[key])}`, [
        path,
      ]);
  }
}

/** The fields of a scheme's credential as a schema. */
function fieldsOf(scheme: AuthScheme): JsonSchemaObject {
  switch (scheme.kind) {
    case "none":
      return fields([]);
    case "apiKey":
      return fields([scheme.field ?? "apiKey"]);
    case "basic":
      return fields(["username", "password"]);
    case "bearer":
      return fields(["token"]);
    case "oauth2":
      return fields(["clientId", "clientSecret", ...(scheme.grant === "password" ? ["username", "password"] : [])]);
    case "all":
      return { allOf: scheme.of.map(fieldsOf) };
    case "digest":
    case "oauth1":
    case "awsSigV4":
    case "mtls":
      return credentialSchema(scheme);
    default:
      return scheme.fields;
  }
}

function fields(names: readonly string[]): JsonSchemaObject {
  return { type: "object", required: names, properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])) };
}

/** Where and how a credential is sent, as text. */
function sendingOf(scheme: AuthScheme): string {
  switch (scheme.kind) {
    case "apiKey":
      return canonical([scheme.in, scheme.name, scheme.prefix]);
    case "oauth2":
    case "session":
      return canonical(scheme.apply);
    case "all":
      return canonical(scheme.of.map(sendingOf));
    default:
      return scheme.kind;
  }
}

function originOf(url: string | undefined): string {
  return url === undefined ? "none" : (/^[a-z]+:\/\/[^/?#]+/.exec(url)?.[0] ?? url);
}
