import { type Contract, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { oauthSchemes } from "../walk/single-schemes.ts";

export const oauthScopes = defineCheck({
  id: "MC036",
  name: "oauth-scopes",
  severity: "certification",
  title: "Every operation names the least scopes that it needs, and no more is asked for than the operations need.",
  why: "People agree to what is asked; whoever asks for everything is refused by careful administrators and trusted too much by the others.",
  reading:
    "What is asked for is the union of the scopes of the operations in use and `requiredScopes`. Scopes that tell who somebody is or give a refresh token (`openid`, `profile`, `email`, `offline_access`) need no operation. A scope that an operation names must be one that the scheme describes.",
  autofix: "Removes a scope that no operation needs.",
  bad: { contract: { auth: { oauth: { requiredScopes: ["contacts.read", "admin"] } } } },
  good: { contract: { auth: { oauth: { requiredScopes: ["contacts.read", "offline_access"] } } } },
  run: ({ contract }) =>
    oauthSchemes(contract).flatMap(({ id, path, scheme: { scopes, requiredScopes = [] } }) => {
      const needed = neededBy(contract, id);
      const unneeded = requiredScopes.flatMap((scope, index): readonly Finding[] => {
        if (needed.has(scope) || OF_THE_CONNECTION.has(scope)) return [];
        const at = `${path}/requiredScopes/${index}`;
        const fix = { title: "Remove it.", patch: [{ op: "remove" as const, path: at }] };
        return [{ code: "UNSAFE_CONTRACT", path: at, message: `asks for "${scope}", which no operation needs`, fix }];
      });
      const known = scopes === undefined ? undefined : Object.keys(scopes);
      const unknown = [...needed].flatMap(([scope, at]): readonly Finding[] =>
        known === undefined || known.length === 0 || known.includes(scope)
          ? []
          : [{ code: "UNKNOWN_REFERENCE", path: at, message: `needs "${scope}", which the scheme "${id}" does not describe` }],
      );
      return [...unneeded, ...unknown];
    }),
});

const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  "openid",
  "profile",
  "email",
  "offline_access",
  "offline",
  "refresh_token",
]);

/** Scopes that operations and triggers need under a scheme, each with the first place that says so. */
function neededBy({ operations, triggers = {} }: Contract, id: string): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  for (const [name, { scopes, auth }] of Object.entries(operations)) {
    if (auth !== undefined && !auth.includes(id)) continue;
    scopes.forEach(
      (scope, index) => void (needed.has(scope) || needed.set(scope, joinPointer("operations", name, "scopes", index))),
    );
  }
  for (const [name, { scopes }] of Object.entries(triggers))
    scopes.forEach(
      (scope, index) => void (needed.has(scope) || needed.set(scope, joinPointer("triggers", name, "scopes", index))),
    );
  return needed;
}
