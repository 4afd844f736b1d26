import type { OAuth2Scheme } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import { originOf, renewalOrigin } from "./auth-origins.ts";
import type { Diff } from "./diff.ts";

/** Grants whose tokens are worth the same, however a person gave them. */
const SAME_TOKENS: ReadonlySet<OAuth2Scheme["grant"]> = new Set(["authorization_code", "device_code"]);

/** Finds what becomes of connections with OAuth 2.0: they go on, must be connected again, or are made in another way from now on. */
export function compareOAuth(diff: Diff, path: string, was: OAuth2Scheme, is: OAuth2Scheme): void {
  if (was.grant !== is.grant) {
    const isSame = SAME_TOKENS.has(was.grant) && SAME_TOKENS.has(is.grant);
    diff.add(
      isSame ? "auth-connecting-changed" : "auth-kind-changed",
      `${path}/grant`,
      `the grant was ${was.grant}, is ${is.grant}`,
      [path],
    );
  }
  compareScopes(diff, path, was, is);
  compareEndpoints(diff, path, was, is);
  compareTokens(diff, path, was, is);
  compareClient(diff, path, was, is);
  for (const key of CONNECTING) {
    if (canonical(was[key]) !== canonical(is[key]))
      diff.add("auth-connecting-changed", `${path}/${key}`, `${key} differs, which only new connections notice`, [path]);
  }
}

/** What connecting alone takes, and people may notice. */
const CONNECTING = ["pkce", "codeFrom", "defaultScopes", "registration"] as const satisfies readonly (keyof OAuth2Scheme)[];

function compareScopes(diff: Diff, path: string, was: OAuth2Scheme, is: OAuth2Scheme): void {
  const missing = (from: OAuth2Scheme, to: OAuth2Scheme) =>
    (from.requiredScopes ?? []).filter((scope) => !to.requiredScopes?.includes(scope));
  for (const scope of missing(is, was))
    diff.add(
      "scope-added",
      `${path}/requiredScopes`,
      `the scope ${scope} is requested now; connections must be consented to again`,
      [path],
    );
  for (const scope of missing(was, is))
    diff.add("scope-removed", `${path}/requiredScopes`, `the scope ${scope} is not requested any more`, [path]);
}

/** Tokens and clients are known to one authorization server: another one knows nothing of connections that exist. */
function compareEndpoints(diff: Diff, path: string, was: OAuth2Scheme, is: OAuth2Scheme): void {
  if (was.issuer !== undefined && is.issuer !== undefined && was.issuer !== is.issuer) {
    diff.add("auth-endpoint-changed", `${path}/issuer`, `the issuer was ${was.issuer}, is ${is.issuer}`, [path]);
    return;
  }
  const [from, to] = [renewalOrigin(was), renewalOrigin(is)];
  if (from !== to) {
    const said = [from ?? "none", to ?? "none"];
    diff.add("auth-endpoint-changed", `${path}/tokenUrl`, `tokens were had at ${said[0]}, are at ${said[1]}`, [path]);
  }
  if (was.authorizeUrl === undefined || is.authorizeUrl === undefined) return;
  const [sent, sends] = [originOf(was.authorizeUrl), originOf(is.authorizeUrl)];
  if (sent !== sends)
    diff.add("auth-endpoint-changed", `${path}/authorizeUrl`, `authorizeUrl was at ${sent}, is at ${sends}`, [path]);
}

function compareTokens(diff: Diff, path: string, was: OAuth2Scheme, is: OAuth2Scheme): void {
  if (isPersonal(is)) {
    for (const key of ["dpop", "certificateBound"] as const) {
      if ((was[key] ?? false) !== (is[key] ?? false))
        diff.add(
          "auth-binding-changed",
          `${path}/${key}`,
          `tokens are ${is[key] === true ? "bound now, those that exist are not" : "not bound any more, those that exist are"}`,
          [path],
        );
    }
  }
  if (is.refreshMode === "none" && was.refreshMode !== "none")
    diff.add("auth-renewal-lost", `${path}/refreshMode`, "tokens were renewed, are not any more", [path]);
  for (const [name, { apply }] of Object.entries(is.second ?? {})) {
    if (apply !== undefined && was.second?.[name] === undefined)
      diff.add("auth-token-added", `${path}/second/${name}`, `requests carry the token ${name} now`, [path]);
  }
}

const isPersonal = ({ grant }: OAuth2Scheme): boolean => ["authorization_code", "device_code", "implicit"].includes(grant);

function compareClient(diff: Diff, path: string, was: OAuth2Scheme, is: OAuth2Scheme): void {
  const [had, has] = [was.ownClient ?? true, is.ownClient ?? true];
  if (had && !has) diff.add("auth-client-narrowed", `${path}/ownClient`, "a connection could bring a client of its own", [path]);
  if (!had && has) diff.add("auth-client-widened", `${path}/ownClient`, "a connection may bring a client of its own", [path]);
}
