import { type Check, type CheckExample, exampleSubject, lintConnector } from "@mortise/certify";
import { jsonBlock, page } from "./page.ts";

const SEVERITY = {
  error: "error: blocks loading and publishing",
  certification: "certification: blocks the certificate",
  warning: "warning",
} as const;

/** Day on which the examples are checked: they have no waivers, so any will do. */
const TODAY = "2026-01-01";

/** `docs/checks/`: a page for each check, made of the check itself, and their list; next to them the fixtures that prove each one. */
export function checksPages(checks: readonly Check[]): readonly (readonly [path: string, text: string])[] {
  return [
    ["docs/checks/README.md", listPage(checks)],
    ...checks.flatMap((check) => [
      [`docs/checks/${check.id}.md`, checkPage(check)] as const,
      ...(["bad", "good"] as const).flatMap((kind) => fixtures(check, kind)),
    ]),
  ];
}

function listPage(checks: readonly Check[]): string {
  const rows = checks.map(
    ({ id, title, severity, autofix }) =>
      `| [${id}](${id}.md) | ${title} | ${severity} | ${autofix === undefined ? "" : "yes"} |`,
  );
  return page("Checks", [
    "`mortise check` runs these on a connector, offline. An error blocks loading and publishing, what blocks certification costs the certificate, a warning blocks nothing. `mortise check --fix` mends what a tool can mend.",
    'A finding that somebody answers for is waived in the contract: `"waivers": [{ "check": "MC030", "path": "/operations/search", "reason": "…", "owner": "…", "expires": "2027-01-31" }]`. A waiver that has expired, or that covers nothing, is itself a finding; what keeps a contract from loading cannot be waived.',
    ["| id | rule | severity | autofix |", "|---|---|---|---|", ...rows].join("\n"),
  ]);
}

function checkPage(check: Check): string {
  const { id, name, title, why, reading, severity, autofix, bad, good } = check;
  return page(`${id}: ${name}`, [
    `**${title}**`,
    why,
    `Severity: ${SEVERITY[severity]}. Autofix: ${autofix ?? "none; a person must decide."}`,
    reading === undefined ? "" : `How it is read: ${reading}`,
    "## Breaks it",
    exampleText(bad),
    ["It is told so:", ...verdict(bad)].join("\n\n"),
    "## Keeps it",
    exampleText(good),
    `The examples are changes (RFC 7396) of one connector, which keeps every rule. As whole connectors: [bad](../../${fixturePath(check, "bad")}), [good](../../${fixturePath(check, "good")}). All checks: [README.md](README.md).`,
  ]);
}

function exampleText({ contract, files, previous }: CheckExample): string {
  const parts = [
    previous === undefined ? "" : `The version before:\n\n${jsonBlock(previous)}\n\nThis version:`,
    contract === undefined || Object.keys(contract).length === 0 ? "" : jsonBlock(contract),
    ...Object.entries(files ?? {}).map(
      ([path, text]) => `\`${path}\`:\n\n\`\`\`${path.endsWith(".ts") ? "ts" : ""}\n${text.trimEnd()}\n\`\`\``,
    ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function verdict(example: CheckExample): readonly string[] {
  const { diagnostics } = lintConnector({ ...exampleSubject(example), today: TODAY });
  return diagnostics.map(({ severity, file, path, message, fix }) =>
    ["```text", `${severity} ${file ?? path}`, message, ...(fix === undefined ? [] : [`fix: ${fix.title}`]), "```"].join("\n"),
  );
}

/** The fixture of an example: a contract, or a folder where files or an older version belong to it. */
function fixtures(check: Check, kind: "bad" | "good"): readonly (readonly [path: string, text: string])[] {
  const { contract, files, previous } = exampleSubject(check[kind]);
  const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const at = fixturePath(check, kind);
  if (files === undefined && previous === undefined) return [[at, text(contract)]];
  return [
    [`${at}/contract.json`, text(contract)],
    ...(previous === undefined ? [] : [[`${at}/previous.json`, text(previous)] as const]),
    ...[...(files ?? [])].map(([path, content]) => [`${at}/${path}`, content] as const),
  ];
}

function fixturePath(check: Check, kind: "bad" | "good"): string {
  const isFolder = [check.bad, check.good].some(({ files, previous }) => files !== undefined || previous !== undefined);
  return `packages/certify/test/fixtures/${check.id}/${kind}${isFolder ? "" : ".json"}`;
}
