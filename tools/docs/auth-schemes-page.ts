import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthScheme, CONTRACT_SCHEMA, type OAuth2Scheme, type SingleAuthScheme } from "@mortise/contract";
import { credentialTable, enteredFields } from "../../packages/cli/src/docs/credential-table.ts";
import { endWords, personWords, signInSentence } from "../../packages/cli/src/docs/sign-in-words.ts";
import { tokenWords } from "../../packages/cli/src/docs/token-words.ts";
import { GRANT_EXAMPLES, SCHEME_EXAMPLES } from "./examples/auth-schemes.ts";
import { jsonBlock, page } from "./page.ts";
import { sentBy } from "./sent-by.ts";

const SOURCES = ["auth-scheme.ts", "oauth2-scheme.ts", "signing-scheme.ts"];

/** `docs/auth-schemes.md`: what each kind of auth scheme asks for, sends and needs; from the types' comments, from examples, and from what the code does with those. */
export async function authSchemesPage(root: string): Promise<string> {
  const comments = kindComments(root);
  const schemes = Object.values(SCHEME_EXAMPLES) as readonly AuthScheme[];
  const sections = await Promise.all(schemes.map(async (scheme) => section(scheme, comments.get(scheme.kind))));
  return page("Auth schemes", [
    "How a connection proves who it is, by `kind`: what a contract says, what somebody enters, what requests carry beyond what the operation says, who takes part, and how it goes on and ends. The comments are the types' own; what is sent is what the code makes of the example. What OAuth 2.0 can say about vendors with ways of their own is in [OAuth 2.0 quirks](oauth2-quirks.md), how connections are made and kept in [Connections](connections.md), what a change of a scheme asks of the next version in [Compatibility](compatibility.md).",
    overview(schemes),
    ["What every kind may say:", ["| key | what |", "|---|---|", ...commonRows(root)].join("\n")].join("\n\n"),
    ...sections,
  ]);
}

function overview(schemes: readonly AuthScheme[]): string {
  const rows = schemes.map((scheme) => {
    const { properties = {}, required = [] } = enteredFields(scheme);
    const entered = Object.keys(properties).map((name) => `\`${name}\`${required.includes(name) ? "" : " (optional)"}`);
    const parts: readonly SingleAuthScheme[] = scheme.kind === "all" ? scheme.of : [scheme];
    const person = parts.flatMap((part) => personWords(part) ?? []).join(" ");
    return `| [\`${scheme.kind}\`](#${scheme.kind.toLowerCase()}) | ${entered.join(", ")} | ${person === "" ? "nobody" : "a person"} |`;
  });
  return ["| kind | entered, in the example | who connects |", "|---|---|---|", ...rows].join("\n");
}

async function section(scheme: AuthScheme, comment: string | undefined): Promise<string> {
  const parts: readonly SingleAuthScheme[] = scheme.kind === "all" ? scheme.of : [scheme];
  const sent = await sentBy(scheme);
  const facts = [
    comment === undefined ? undefined : signInSentence(scheme),
    `Sent beyond what the operation says: ${sent.length === 0 ? "nothing" : sent.join(", ")}.`,
    ...parts.flatMap((part) => [personWords(part), tokenWords(part)]),
    ...new Set(parts.map(endWords)),
  ];
  return [
    `## ${scheme.kind}`,
    comment ?? signInSentence(scheme),
    jsonBlock(scheme),
    credentialTable(scheme),
    facts.flatMap((fact) => (fact === undefined ? [] : [`- ${fact}`])).join("\n"),
    scheme.kind === "oauth2" ? grants() : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function grants(): string {
  const rows = (Object.keys(GRANT_EXAMPLES) as OAuth2Scheme["grant"][]).map((grant) => {
    const scheme: OAuth2Scheme = { kind: "oauth2", grant, ...GRANT_EXAMPLES[grant] };
    const { required = [] } = enteredFields(scheme);
    const needs = Object.keys(GRANT_EXAMPLES[grant]).map((key) => `\`${key}\``);
    const person = personWords(scheme) ?? "Nobody takes part.";
    return `| \`${grant}\` | ${needs.join(", ")} | ${required.map((field) => `\`${field}\``).join(", ")} | ${person} ${tokenWords(scheme) ?? ""} |`;
  });
  return ["| grant | it needs | entered | |", "|---|---|---|---|", ...rows].join("\n");
}

/** The keys of every kind, with their comments. */
function commonRows(root: string): readonly string[] {
  const text = readFileSync(join(root, "packages", "contract", "src", "auth-scheme.ts"), "utf8");
  const [, body = ""] = /export interface AuthCommon \{(.*?)^\}/ms.exec(text) ?? [];
  const keys = [...body.matchAll(/(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?readonly (\w+)\??:/g)];
  const known = Object.keys(CONTRACT_SCHEMA.properties.auth.additionalProperties.oneOf[0].properties);
  return keys.flatMap(([, comment = "", key = ""]) =>
    known.includes(key) ? [`| \`${key}\` | ${plain(comment).replaceAll("|", "\\|")} |`] : [],
  );
}

/** The comments of the types, by kind. */
function kindComments(root: string): ReadonlyMap<string, string> {
  const text = SOURCES.map((file) => readFileSync(join(root, "packages", "contract", "src", file), "utf8")).join("\n");
  const described =
    /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:export interface \w+[^{]*|\|?\s*(?:\(AuthCommon & )?)\{\s*readonly kind: "(\w+)"/g;
  return new Map([...text.matchAll(described)].map(([, comment = "", kind = ""]) => [kind, plain(comment)]));
}

const plain = (comment: string): string =>
  comment
    .replaceAll(/^\s*\*? ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
