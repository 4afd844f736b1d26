import { compileRules } from "@mortise/builders";
import { fieldTable } from "@mortise/cli";
import type { JsonSchemaObject } from "@mortise/contract";
import { RULE_EXAMPLES, type RuleExample } from "./examples/rules.ts";
import { jsonBlock, page } from "./page.ts";
import type { Described } from "./transformers-page.ts";

/** Parameters that mean the same in every rule, told once. */
const COMMON: readonly string[] = ["rule", "message"];

/** `docs/rules.md`: every rule with its parameters and an example, whose result is computed as the page is made. */
export function rulesPage(rules: readonly Described[]): string {
  return page("Rules", [
    "Rules check rows of data, in the node [core/validate](workflow-nodes.md#corevalidate) and with `compileRules` in code. A row that breaks one is rejected with the reason; a row that breaks three is rejected with three. Rules of the list as a whole (nullRatio, rowCount, summary, distribution) reject no row: what breaks them comes out as `problems`.",
    "Every rule is an object with `rule`, its name, and may have `message`: what is said instead of the rule's own words.",
    rules.map(({ name, title }) => `[${name}](#${name.toLowerCase()}) (${title})`).join(" · "),
    ...rules.map(section),
  ]);
}

function section({ name, description, params }: Described): string {
  const example = RULE_EXAMPLES[name];
  if (example === undefined) throw new Error(`tools/docs/examples/rules.ts has no example of "${name}".`);
  const rule = { rule: name, ...example.params };
  return [
    `## ${name}`,
    description,
    fieldTable(ownParams(params)),
    "Of `rows`",
    jsonBlock(example.rows),
    "the rule",
    jsonBlock(rule),
    resultOf(rule, example),
  ].join("\n\n");
}

function ownParams(params: JsonSchemaObject): JsonSchemaObject {
  const own = Object.entries(params.properties ?? {}).filter(([key]) => !COMMON.includes(key));
  return { ...params, properties: Object.fromEntries(own) };
}

function resultOf(rule: object, { rows }: RuleExample): string {
  const compiled = compileRules([{ ...rule }]);
  const [fault] = compiled.diagnostics;
  if (fault !== undefined) throw new Error(`${fault.path}: ${fault.message}`);
  const { valid, rejected, problems } = compiled.checkAll(rows);
  if (problems.length > 0) return ["says of the list", jsonBlock(problems)].join("\n\n");
  if (rejected.length === 0) throw new Error(`The example of the rule ${JSON.stringify(rule)} rejects nothing.`);
  const kept = valid.length === 0 ? "keeps none" : `keeps ${valid.length}`;
  return [`${kept} and rejects`, jsonBlock(rejected)].join("\n\n");
}
