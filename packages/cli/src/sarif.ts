import { isAbsolute, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type Check, checks } from "@mortise/certify";
import { CHANGES, type Change, type ChangeId } from "@mortise/compat";
import { CATALOGUE, type Diagnostic, type ErrorCode } from "@mortise/contract";
import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Checked } from "./check-document.ts";
import { version } from "./version.ts";

const LEVELS = { error: "error", warning: "warning", info: "note" } as const;
const CHANGE_LEVELS = { major: "warning", minor: "note", patch: "note" } as const;
const CHECK_LEVELS = { error: "error", certification: "warning", warning: "warning" } as const;
/** Where the pages of `docs/` are read. */
const DOCS = "https://mortise.dev/docs";

/** Findings as SARIF 2.1.0 (OASIS), for code hosts and editors: every check as a rule, and the codes of findings that no check has. */
export function sarif(checked: readonly Checked[]): Log {
  const found = checked.flatMap(({ file, diagnostics }) => diagnostics.map((diagnostic) => ({ file, diagnostic })));
  const waived = checked.flatMap(({ file, waived: each = [] }) =>
    each.map(({ diagnostic, waiver }) => ({ file, diagnostic, waiver })),
  );
  const changes = checked.flatMap(({ file, comparison }) => (comparison?.changes ?? []).map((change) => ({ file, change })));
  const codes = new Set([...found, ...waived].flatMap(({ diagnostic: { check, code } }) => (check === undefined ? [code] : [])));
  const changed = new Set(changes.map(({ change }) => change.id));
  const rules = [...checks.map(ruleOfCheck), ...[...codes].map(ruleOfCode), ...[...changed].map(ruleOfChange)];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const results: Result[] = [
    ...changes.map(({ file, change }) => resultOfChange(file, change, indexes)),
    ...found.map(({ file, diagnostic }) => resultOf(file, diagnostic, indexes)),
    ...waived.map(
      ({ file, diagnostic, waiver }): Result => ({
        ...resultOf(file, diagnostic, indexes),
        suppressions: [
          { kind: "inSource", status: "accepted", justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})` },
        ],
      }),
    ),
  ];
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "mortise", version: version(), informationUri: DOCS, rules } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
}

function ruleOfCheck({ id, name, title, why, severity, autofix, reading }: Check): ReportingDescriptor {
  const help = [why, reading, autofix === undefined ? undefined : `Autofix: ${autofix}`].filter((part) => part !== undefined);
  return {
    id,
    name: name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    helpUri: `${DOCS}/checks/${id}.md`,
    help: { text: help.join("\n\n") },
    defaultConfiguration: { level: CHECK_LEVELS[severity] },
    properties: { blocks: severity === "error" ? "publishing" : severity === "certification" ? "certification" : "nothing" },
  };
}

function ruleOfCode(id: string): ReportingDescriptor {
  const entry = Object.hasOwn(CATALOGUE, id) ? CATALOGUE[id as ErrorCode] : undefined;
  return {
    id,
    shortDescription: { text: entry?.meaning ?? id },
    helpUri: `${DOCS}/errors.md#${id}`,
    help: { text: entry?.remedy ?? id },
    defaultConfiguration: { level: "error" },
  };
}

function ruleOfChange(id: ChangeId): ReportingDescriptor {
  const { level, meaning, remedy } = CHANGES[id];
  return {
    id,
    shortDescription: { text: meaning },
    helpUri: `${DOCS}/compatibility.md#${id}`,
    help: { text: remedy },
    defaultConfiguration: { level: CHANGE_LEVELS[level] },
  };
}

function resultOfChange(file: string, change: Change, indexes: ReadonlyMap<string, number>): Result {
  const { id, level, message, path, waived } = change;
  const place = change.in === "after" ? path : `before: ${path}`;
  return {
    ruleId: id,
    ruleIndex: indexes.get(id) ?? -1,
    level: CHANGE_LEVELS[level],
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: place }],
      },
    ],
    properties: { asksFor: level },
    ...(waived === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: "inSource",
              status: "accepted",
              justification: `${waived.reason} (${waived.owner}, until ${waived.expires})`,
            },
          ],
        }),
  };
}

function resultOf(file: string, diagnostic: Diagnostic, indexes: ReadonlyMap<string, number>): Result {
  const { check, code, severity, message, fix, path, line, file: own } = diagnostic;
  const ruleId = check ?? code;
  return {
    ruleId,
    ruleIndex: indexes.get(ruleId) ?? -1,
    level: LEVELS[severity],
    message: { text: fix ? `${message} Fix: ${fix.title}` : message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(own ?? file) }, region: { startLine: line ?? 1 } },
        logicalLocations: [{ fullyQualifiedName: path === "" ? "/" : path }],
      },
    ],
    properties: { code },
  };
}

/** A path below the working folder as a relative reference (RFC 3986 §4.2), any other as a `file:` URI: hosts refuse `..` (SARIF §3.10.2). */
function uriOf(path: string): string {
  const way = relative("", path);
  const isBelow = way.split(sep)[0] !== ".." && !isAbsolute(way);
  return isBelow ? way.split(sep).map(encodeURIComponent).join("/") : pathToFileURL(path).href;
}
