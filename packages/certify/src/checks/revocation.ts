import { defineCheck, type Finding } from "../check.ts";
import { singleSchemes } from "../walk/single-schemes.ts";

export const revocation = defineCheck({
  id: "MC039",
  name: "revocation",
  severity: "certification",
  title:
    "A token that was got by signing in is given back when the connection is deleted, or the contract says that it cannot be.",
  why: "Deleting a connection that leaves its token alive leaves the door open that people believe shut.",
  reading:
    "Asked of OAuth with a person and of sessions. A key that a person made is taken back by that person; tokens of clients end by themselves.",
  bad: { contract: { auth: { oauth: { revoke: null } } } },
  good: { contract: { auth: { oauth: { revoke: { none: "Acme has no endpoint for it; tokens end after an hour." } } } } },
  run: ({ contract }) =>
    singleSchemes(contract).flatMap(({ path, scheme, id }): readonly Finding[] => {
      if (scheme.kind === "oauth2" && (scheme.revokeUrl ?? scheme.issuer) !== undefined) return [];
      const isGot =
        scheme.kind === "session" ||
        scheme.kind === "appInstall" ||
        (scheme.kind === "oauth1" && scheme.requestTokenUrl !== undefined) ||
        (scheme.kind === "oauth2" && !OWN_GRANTS.has(scheme.grant));
      const revoke = scheme.revoke ?? contract.auth[id]?.revoke;
      if (!isGot || (revoke !== undefined && !("none" in revoke && revoke.none.trim().length < MIN_REASON))) return [];
      const message =
        revoke === undefined
          ? 'is missing: the operation that ends a token, or {"none": reason}; "revokeUrl" where there is an endpoint for it (RFC 7009)'
          : "gives no reason that anybody could weigh";
      return [{ code: "MISSING_KEY", path: `${path}/revoke`, message }];
    }),
});

/** Grants whose tokens stand for the client itself, which its owner can switch off. */
const OWN_GRANTS: ReadonlySet<string> = new Set([
  "client_credentials",
  "password",
  "jwt_bearer",
  "saml2_bearer",
  "token_exchange",
]);

const MIN_REASON = 15;
