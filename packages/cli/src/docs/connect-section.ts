import type { AuthScheme, Contract, OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";
import { credentialTable } from "./credential-table.ts";
import { fieldTable } from "./field-table.ts";
import { cell, cellCode, code, paragraphs, prose, table } from "./prose.ts";
import { alsoWords, clientWords, endWords, keptWords, listed, personWords, signInSentence } from "./sign-in-words.ts";
import { tokenWords } from "./token-words.ts";

/** How a connection is made: its settings, and every way to sign in: what to enter, who takes part, what is sent, how it lives and ends. */
export function connectSection(contract: Contract): string {
  const schemes = Object.entries(contract.auth);
  const settings = contract.settings === undefined ? "" : fieldTable(contract.settings);
  if (schemes.length === 0 && settings === "") return "## Connection\n\nNone is needed.";
  return paragraphs([
    "## Connection",
    settings === "" ? "" : `Settings:\n\n${settings}`,
    schemes.length > 1 ? `One of ${schemes.length} ways to sign in:` : "",
    ...schemes.map(([id, scheme]) => schemePart(id, scheme)),
  ]);
}

function schemePart(id: string, scheme: AuthScheme): string {
  const { title, help, test, requires } = scheme;
  const parts: readonly SingleAuthScheme[] = scheme.kind === "all" ? scheme.of : [scheme];
  const entered = credentialTable(scheme);
  const ends = parts.flatMap(
    (part) => endWords({ ...(scheme.revoke === undefined ? {} : { revoke: scheme.revoke }), ...part }) ?? [],
  );
  const facts = [
    ...parts.flatMap((part) => [personWords(part), clientWords(part), alsoWords(part), tokenWords(part), keptWords(part)]),
    requires === undefined || requires.length === 0 ? undefined : `It needs the settings ${listed(requires.map(code))}.`,
    scheme.kind === "none"
      ? undefined
      : test === undefined
        ? "It cannot be tried out before the first call."
        : `It is tried out with ${code(test.operation)}.`,
    ...new Set(ends),
  ];
  return paragraphs([
    `### ${id}`,
    `${title === undefined ? "" : `${prose(title)}. `}${signInSentence(scheme)}`,
    help === undefined ? "" : `Where to find it: ${prose(help)}`,
    entered === "" ? "" : `To enter:\n\n${entered}`,
    facts.flatMap((fact) => (fact === undefined ? [] : [`- ${fact}`])).join("\n"),
    ...parts.map(scopeTable),
  ]);
}

/** What is asked for, and what it is for. */
function scopeTable(scheme: SingleAuthScheme): string {
  if (scheme.kind !== "oauth2") return "";
  const { scopes = {}, requiredScopes = [], defaultScopes = [] } = scheme;
  const all = [...new Set([...requiredScopes, ...defaultScopes, ...Object.keys(scopes)])];
  const rows = all.map((scope) => [cellCode(scope), cell(scopes[scope] ?? ""), askedWhen(scheme, scope)]);
  return table(["scope", "what it is for", "asked for"], rows);
}

function askedWhen({ requiredScopes = [], defaultScopes = [] }: OAuth2Scheme, scope: string): string {
  if (requiredScopes.includes(scope)) return "always";
  return defaultScopes.includes(scope) ? "unless it is taken away" : "on request";
}
