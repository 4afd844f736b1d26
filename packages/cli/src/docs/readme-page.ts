import type { Contract, Operation } from "@mortise/contract";
import { type ApiPages, operationTable } from "./api-pages.ts";
import { connectSection } from "./connect-section.ts";
import { budgetWords } from "./limit-words.ts";
import { heading } from "./made-by.ts";
import { cell, cellCode, code, inline, paragraphs, prose, table, webLink } from "./prose.ts";

/** Operations that a README lists one by one; more are listed by group. */
const MOST_ROWS = 150;

/** The README of a connector: what it is, how to connect, what it can do. `guide` is what its author wrote beside the contract. */
export function readmePage(contract: Contract, api: ApiPages, guide: string): string {
  return paragraphs([
    heading(contract.title, true),
    contract.description === undefined ? "" : prose(contract.description),
    factsLine(contract),
    `Calls go to: ${contract.hosts.length === 0 ? "nowhere" : contract.hosts.map((host) => (host === "*" ? "any host that the deployment allows" : code(host))).join(", ")}.`,
    connectSection(contract),
    budgetPart(contract),
    guide.trim(),
    operationsPart(contract, api),
    triggersPart(contract),
    dynamicPart(contract, api),
    lifecyclePart(contract, api),
    "[Reference](API.md) · [Examples](EXAMPLES.md) · [Changes](CHANGELOG.md)",
  ]);
}

function factsLine(contract: Contract): string {
  const { categories = [], homepage, support, privacy } = contract;
  const links = [
    ...(homepage === undefined ? [] : [webLink("Home page", homepage)]),
    ...(support === undefined ? [] : [`Questions: ${/^https?:\/\/[^\s<>]+$/i.test(support) ? `<${support}>` : inline(support)}`]),
    ...(privacy === undefined ? [] : [webLink("What is done with data", privacy)]),
  ];
  const who = `\`${contract.name}\` ${contract.version}, by ${inline(contract.publisher)}${contract.license ? `, ${inline(contract.license)}` : ""}.`;
  return [who, categories.length === 0 ? "" : `Categories: ${categories.map(inline).join(", ")}.`, links.join(" · ")]
    .filter((part) => part !== "")
    .join(" ");
}

function budgetPart(contract: Contract): string {
  const rows = Object.entries(contract.budgets).map(([name, budget]) => `- \`${name}\`: ${budgetWords(budget)}`);
  return rows.length === 0 ? "" : `## Limits\n\n${rows.join("\n")}`;
}

function operationsPart(contract: Contract, api: ApiPages): string {
  const count = Object.keys(contract.operations).length;
  if (count <= MOST_ROWS) return paragraphs(["## Operations", operationTable(contract, api.linkTo)]);
  const rows = api.groups.map(({ name, operations }) => [`[${name}](docs/api/${name}.md)`, `${operations.length}`]);
  return paragraphs([
    "## Operations",
    `There are ${count.toLocaleString("en-US")}; the [reference](API.md) has them all.`,
    table(["about", "operations"], rows),
  ]);
}

function triggersPart(contract: Contract): string {
  const rows = Object.entries(contract.triggers ?? {}).map(([name, { title, kind }]) => [
    `[\`${name}\`](API.md#triggers)`,
    cell(title),
    kind === "poll" ? "asks again and again" : "is told by the other system",
  ]);
  return rows.length === 0 ? "" : paragraphs(["## Triggers", table(["trigger", "starts a workflow on", "how"], rows)]);
}

/** Operations whose form depends on the account: choices and fields that are read from it. */
function dynamicPart(contract: Contract, api: ApiPages): string {
  const rows = Object.entries(contract.operations).flatMap(([name, { input }]) =>
    Object.entries(input.properties ?? {}).flatMap(([field, schema]) => {
      if (typeof schema === "boolean") return [];
      const source = schema["x-options"] ?? schema["x-fields"];
      if (source === undefined) return [];
      return [[api.linkTo(name), cellCode(field), schema["x-options"] ? "choices" : "fields", api.linkTo(source.operation)]];
    }),
  );
  if (rows.length === 0) return "";
  return paragraphs(["## Read from the account", table(["operation", "field", "what", "comes from"], rows)]);
}

function lifecyclePart(contract: Contract, api: ApiPages): string {
  const rows = Object.entries(contract.operations).flatMap(([name, operation]) => {
    const stage = stageOf(operation);
    if (stage === undefined) return [];
    const replacement = operation.lifecycle?.replacement;
    const instead = replacement === undefined ? cell(operation.deprecated ?? "") : api.linkTo(replacement);
    return [[api.linkTo(name), stage, operation.lifecycle?.sunset ?? "", instead]];
  });
  if (rows.length === 0) return "";
  return paragraphs(["## Lifecycle", table(["operation", "stage", "may go after", "instead"], rows.slice(0, MOST_ROWS))]);
}

function stageOf({ deprecated, lifecycle }: Operation): string | undefined {
  if (lifecycle !== undefined && lifecycle.stage !== "stable") return lifecycle.stage;
  return deprecated === undefined ? undefined : "deprecated";
}
