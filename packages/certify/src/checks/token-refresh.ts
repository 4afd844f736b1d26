import { defineCheck, type Finding } from "../check.ts";
import { singleSchemes } from "../walk/single-schemes.ts";

export const tokenRefresh = defineCheck({
  id: "MC038",
  name: "token-refresh",
  severity: "certification",
  title: "A token that somebody signed in for is refreshed, or said not to end; where its end is found is declared.",
  why: "A token whose end nobody knows ends in the middle of a run, and the person who can sign in again is asleep.",
  reading:
    "Where there is a `tokenUrl`, a refresh is possible. Sessions say their `ttl`; tokens of clients alone are simply fetched again.",
  autofix: "Adds `expires_in` (RFC 6749 §5.1) as the source of the end.",
  bad: { contract: { auth: { oauth: { expiry: null } } } },
  good: { contract: { auth: { oauth: { expiry: { from: "fixed", ttl: "8h" } } } } },
  run: ({ contract }) =>
    singleSchemes(contract).flatMap(({ path, scheme }): readonly Finding[] => {
      if (scheme.kind === "session")
        return scheme.ttl === undefined
          ? [
              {
                code: "MISSING_KEY",
                path: `${path}/ttl`,
                message: "is missing: how long a session lives, so that it is renewed before it ends",
              },
            ]
          : [];
      if (scheme.kind !== "oauth2" || CLIENT_GRANTS.has(scheme.grant)) return [];
      if (scheme.expiry?.from === "never") return [];
      const found: Finding[] = [];
      if (scheme.expiry === undefined) {
        const fix = {
          title: 'Use {"from": "expires_in"}.',
          patch: [{ op: "add" as const, path: `${path}/expiry`, value: { from: "expires_in" } }],
        };
        found.push({
          code: "MISSING_KEY",
          path: `${path}/expiry`,
          message: 'is missing: where the end of a token is found, or "never"',
          fix,
        });
      }
      if (scheme.expiry?.from === "fixed" && scheme.expiry.ttl === undefined)
        found.push({ code: "MISSING_KEY", path: `${path}/expiry/ttl`, message: "is missing: how long a token lives" });
      const isRenewed = scheme.grant !== "implicit" && scheme.refreshMode !== "none" && scheme.issuer === undefined;
      if (isRenewed && scheme.tokenUrl === undefined && scheme.refreshUrl === undefined)
        found.push({
          code: "MISSING_KEY",
          path: `${path}/refreshUrl`,
          message: 'is missing, as is "tokenUrl": where a token is refreshed',
        });
      return found;
    }),
});

/** Grants that need nobody: a token is simply fetched again. */
const CLIENT_GRANTS: ReadonlySet<string> = new Set(["client_credentials", "jwt_bearer", "saml2_bearer", "token_exchange"]);
