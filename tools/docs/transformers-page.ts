import { compileValue } from "@mortise/builders";
import { fieldTable } from "@mortise/cli";
import type { Json, JsonSchemaObject } from "@mortise/contract";
import { TRANSFORMER_EXAMPLES, type TransformerExample } from "./examples/transformers.ts";
import { jsonBlock, page } from "./page.ts";

/** What a catalogue says about one of its entries. */
export interface Described {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly params: JsonSchemaObject;
  readonly group?: string;
}

/** `docs/transformers.md`: every transformer with its parameters and an example, whose result is computed as the page is made. */
export function transformersPage(transformers: readonly Described[]): string {
  return page("Transformers", [
    'A pipeline is a value: `{"$map": [{"from": <Value>}, {"<transformer>": <parameters>}, …]}`. Each works on a list of records, or on one record, and passes what it makes on to the next. Without `from` it starts with `item`, else with `batch`.',
    "With `fields` a transformer of single values works on those fields of each record; without, on the value itself or on each element of a list. Null stays null, and a missing field stays missing. What cannot be converted stops the item, unless `onFail` says otherwise.",
    ...groups(transformers),
    ...transformers.map(section),
  ]);
}

/** One line a group, in the order of the catalogue. */
function groups(transformers: readonly Described[]): readonly string[] {
  const names = [...new Set(transformers.map(({ group }) => group ?? ""))];
  return names.map((group) => {
    const links = transformers
      .filter((each) => each.group === group)
      .map(({ name, title }) => `[${name}](#${name.toLowerCase()}) (${title})`);
    return `**${group.charAt(0).toUpperCase()}${group.slice(1)}**: ${links.join(" · ")}`;
  });
}

function section({ name, description, params }: Described): string {
  const example = TRANSFORMER_EXAMPLES[name];
  if (example === undefined) throw new Error(`tools/docs/examples/transformers.ts has no example of "${name}".`);
  const shown = { $map: [{ from: { $cel: "rows" } }, { [name]: example.params }] };
  return [
    `## ${name}`,
    description,
    fieldTable(params),
    "From `rows`",
    jsonBlock(example.rows),
    "this value",
    jsonBlock(shown),
    "makes",
    jsonBlock(resultOf(shown, example)),
  ].join("\n\n");
}

function resultOf(value: Json, { rows }: TransformerExample): Json {
  const compiled = compileValue(value, { scope: { rows: true } });
  const [fault] = compiled.diagnostics;
  if (fault !== undefined) throw new Error(`${fault.path}: ${fault.message}`);
  return compiled.evaluate({ rows });
}
