import { checkWorkflow } from "@mortise/workflow";
import {
  type CheckedExample,
  exampleConnector,
  exampleOptions,
  exampleWorkflow,
  type WorkflowCheck,
} from "@mortise/workflow/checks";
import { jsonBlock, page } from "./page.ts";

/** `docs/workflow-checks.md`: every rule about workflows, with one that breaks it, what it is told, and one that keeps it. */
export function workflowChecksPage(checks: readonly WorkflowCheck[]): string {
  const rows = checks.map(({ code, severity, title }, at) => `| [${code}](#${anchor(code, at)}) | ${severity} | ${title} |`);
  return page("Workflow checks", [
    "`mortise check workflow.json` says all this before a run, as do the builder and the server, with the same code. An error keeps a workflow from running, a warning does not. An info is advice, and told by `mortise check`.",
    "`mortise check --fix` makes the changes that leave no choice. What each code means wherever it comes from is in [errors.md](errors.md); the rules for connectors are in [checks](checks/README.md).",
    "Data classes, scopes and regions are checked as far as they are known: `checkWorkflow(workflow, catalogue, { connection, policy, expected, today, advice })` takes what is known of connections, what data may go where, and how large loops are expected to be. Times and numbers of calls are bounds by declared limits, no measurements.",
    ["| code | severity | rule |", "|---|---|---|", ...rows].join("\n"),
    ...checks.map(section),
    "The examples use two connectors, `crm@1` and `chat@1`, from `packages/workflow/src/checks/example-connector.ts`; the workflow around the nodes is left out.",
  ]);
}

function section(check: WorkflowCheck, at: number): string {
  const { code, severity, title, why, bad, good } = check;
  const { diagnostics } = checkWorkflow(exampleWorkflow(bad), exampleConnector, exampleOptions(bad));
  const told = diagnostics.filter((each) => each.code === code && each.severity === severity);
  return [
    `## <a id="${anchor(code, at)}"></a>${code}: ${title}`,
    `${why} Severity: ${severity}.`,
    "Breaks it:",
    exampleText(bad),
    "It is told so:",
    ...told.map(({ path, message, fix }) =>
      ["```text", path, shortened(message), ...(fix === undefined ? [] : [`fix: ${fix.title}`]), "```"].join("\n"),
    ),
    "Keeps it:",
    exampleText(good),
  ].join("\n\n");
}

function exampleText({ nodes, trigger, output, options }: CheckedExample): string {
  const document = { ...(trigger && { trigger }), nodes, ...(output === undefined ? {} : { output }) };
  const { policy, expected, connection } = options ?? {};
  const facts = connection?.("crm");
  const known = { ...(policy && { policy }), ...(expected && { expected }), ...(facts && { connection: facts }) };
  const about = Object.keys(known).length === 0 ? [] : [`Known besides:\n\n${jsonBlock(known)}`];
  return [jsonBlock(withShortTexts(document)), ...about].join("\n\n");
}

/** Long texts say how long they are instead. */
function withShortTexts(value: unknown): unknown {
  if (typeof value === "string") return shortened(value);
  if (Array.isArray(value)) return value.map(withShortTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withShortTexts(each)]));
}

function shortened(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 20)}… (${text.length.toLocaleString("en")} characters)`;
}

function anchor(code: string, at: number): string {
  return `${code}-${at + 1}`;
}
