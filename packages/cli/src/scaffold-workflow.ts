import type { Workflow } from "@mortise/workflow";
import { usage } from "./failure.ts";
import { type Scaffolded, writeNewFiles } from "./write-new-files.ts";

/** Workflow templates by name; each passes `mortise check` and runs with `--memory`. */
export const WORKFLOW_TEMPLATES: Readonly<Record<string, (name: string) => Workflow>> = {
  greeting: (name) => ({
    format: "mortise.workflow/1",
    name,
    trigger: { use: "manual", with: { schema: { type: "object", properties: { name: { type: "string", default: "Ada" } } } } },
    nodes: {
      greet: {
        use: "core/map",
        with: { value: { greeting: { $text: "Hello ${has(trigger.body.name) ? trigger.body.name : 'world'}!" } } },
      },
    },
    output: { $cel: "steps.greet.output" },
  }),
  csv: (name) => ({
    format: "mortise.workflow/1",
    name,
    trigger: { use: "manual" },
    nodes: {
      read: { use: "files@1/readCsv", with: { path: "input.csv" } },
      each: {
        use: "core/for-each",
        after: ["read"],
        with: {
          items: { $cel: "steps.read.output.rows" },
          batch: 500,
          nodes: {
            write: { use: "files@1/appendRows", with: { path: "output.jsonl", format: "jsonl", rows: { $cel: "batch" } } },
          },
        },
      },
    },
    output: { rows: { $cel: "steps.each.output.count" } },
  }),
};

/** Writes `NAME.json` from a template. */
export async function scaffoldWorkflow(
  name: string,
  options: { readonly template?: string; readonly dir: string },
): Promise<Scaffolded> {
  const template = WORKFLOW_TEMPLATES[options.template ?? "greeting"];
  if (!template)
    throw usage(`No workflow template "${options.template}".`, `There are: ${Object.keys(WORKFLOW_TEMPLATES).join(", ")}.`);
  const files = await writeNewFiles(options.dir, new Map([[`${name}.json`, `${JSON.stringify(template(name), null, 2)}\n`]]));
  return { files, next: [`mortise check ${files[0]}`, `mortise run ${files[0]} --memory`] };
}
