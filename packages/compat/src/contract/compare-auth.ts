import { type AuthScheme, credentialSchema, joinPointer, keptSettings, type SingleAuthScheme } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import { keysOf } from "./auth-keys.ts";
import { signInOrigins } from "./auth-origins.ts";
import { compareOAuth } from "./compare-oauth.ts";
import type { Diff } from "./diff.ts";

/** Finds auth schemes that are gone, new or different, by what becomes of the connections that use them. */
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
    const isSame = isSentOnly(was) && isSentOnly(is) && canonical(credentialSchema(was)) === canonical(credentialSchema(is));
    const id = isSame ? "auth-sending-changed" : "auth-kind-changed";
    diff.add(id, `${path}/kind`, `it was ${was.kind}, is ${is.kind}`, [path]);
    return;
  }
  for (const setting of (is.requires ?? []).filter((each) => !was.requires?.includes(each)))
    diff.add("auth-setting-required", `${path}/requires`, `the setting ${setting} is needed now`, [path]);
  diff.schemas("credential", credentialSchema(was), credentialSchema(is), "fields" in was ? `${path}/fields` : path, [path]);
  compareParts(diff, path, was, is);
  compareOrigins(diff, path, was, is);
  compareKept(diff, path, was, is);
  const [sent, sends] = [sendingOf(was), sendingOf(is)];
  if (sent !== sends) diff.add("auth-sending-changed", path, "the credential is sent in another place", [path]);
  if (connectingOf(was) !== connectingOf(is))
    diff.add("auth-connecting-changed", path, "what happens as people connect differs; connections that exist go on", [path]);
}

/** Kinds that send what was entered and nothing else, so that one of them can do with the fields of another. */
const isSentOnly = ({ kind }: AuthScheme): boolean => ["apiKey", "bearer", "basic", "digest"].includes(kind);

function compareParts(diff: Diff, path: string, was: AuthScheme, is: AuthScheme): void {
  if (was.kind === "all" && is.kind === "all") {
    for (const [index, part] of is.of.entries()) {
      const before = was.of[index];
      if (before !== undefined && before.kind === part.kind) compareParts(diff, `${path}/of/${index}`, before, part);
      else
        diff.add("auth-kind-changed", `${path}/of/${index}/kind`, `it was ${before?.kind ?? "not there"}, is ${part.kind}`, [
          path,
        ]);
    }
    for (const [index, part] of was.of.entries()) {
      if (is.of[index] === undefined)
        diff.add(
          "auth-sending-changed",
          `${path}/of/${index}`,
          `the ${part.kind} credential is not sent any more`,
          [path],
          "before",
        );
    }
    return;
  }
  if (was.kind === "all" || is.kind === "all") return;
  if (was.kind === "oauth2" && is.kind === "oauth2") compareOAuth(diff, path, was, is);
  if (was.kind === "awsSigV4" && is.kind === "awsSigV4" && was.assumeRole !== undefined && is.assumeRole === undefined)
    diff.add("auth-kind-changed", `${path}/assumeRole`, "calls were made in a role, are made with the keys themselves", [path]);
  compareKeys(diff, path, was, is);
}

/** A key that is there cannot sign by another kind of algorithm. Another one for the same kind of key is the vendor's business. */
function compareKeys(diff: Diff, path: string, was: SingleAuthScheme, is: SingleAuthScheme): void {
  const before = keysOf(was);
  for (const { at, field, kind } of keysOf(is)) {
    const known = before.find((key) => key.at === at);
    if (known === undefined || (known.field === field && known.kind === kind)) continue;
    diff.add("auth-key-changed", `${path}${at}`, `the key was ${known.field} (${known.kind}), is ${field} (${kind})`, [path]);
  }
}

/** Whoever agreed to the scheme agreed to the places that it sends people and secrets to. */
function compareOrigins(diff: Diff, path: string, was: AuthScheme, is: AuthScheme): void {
  const known = new Set(signInOrigins(was).values());
  for (const [at, origin] of signInOrigins(is)) {
    const isTold = diff.changes.some(({ id, path: place }) => id === "auth-endpoint-changed" && place.startsWith(path));
    if (!known.has(origin) && !isTold)
      diff.add("auth-origin-added", `${path}${at}`, `signing in goes to ${origin} as well now`, [path]);
  }
}

/** A setting that was told stands with the credential alone: where it is not kept any more, connections lack it. */
function compareKept(diff: Diff, path: string, was: AuthScheme, is: AuthScheme): void {
  const [kept, keeps] = [keptSettings(was), keptSettings(is)];
  for (const setting of kept.filter((each) => !keeps.includes(each)))
    diff.add("auth-kept-removed", path, `the setting ${setting} was told by connecting, is not any more`, [path], "before");
  for (const setting of keeps.filter((each) => !kept.includes(each)))
    diff.add("auth-connecting-changed", path, `connecting tells the setting ${setting} now`, [path]);
}

/** Where and how a credential is sent, as text. */
function sendingOf(scheme: AuthScheme): string {
  const { also } = scheme;
  switch (scheme.kind) {
    case "apiKey":
      return canonical([scheme.in, scheme.name, scheme.prefix, also]);
    case "oauth1":
      return canonical([scheme.in, also]);
    case "oauth2":
    case "session":
    case "jwt":
    case "appInstall":
    case "signature":
      return canonical([scheme.apply, also]);
    case "all":
      return canonical([scheme.of.map(sendingOf), also]);
    default:
      return canonical([scheme.kind, also]);
  }
}

/** What is done once, as a connection is made: its steps, and whether a person takes part. */
function connectingOf(scheme: AuthScheme): string {
  const { postConnect } = scheme;
  const isAsked =
    scheme.kind === "oauth1"
      ? scheme.requestTokenUrl !== undefined
      : scheme.kind === "appInstall" && scheme.installUrl !== undefined;
  return canonical([postConnect, isAsked, scheme.kind === "all" ? scheme.of.map(connectingOf) : []]);
}
