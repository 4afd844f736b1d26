import { fieldTable } from "@mortise/cli";
import type { Json } from "@mortise/contract";
import { memoryEngine, openRunner } from "@mortise/engine";
import { createRuntime } from "@mortise/runtime";
import { codeRunner, createSandbox } from "@mortise/sandbox";
import { checkWorkflow, type NodeSpec, type OperationCatalogue, type Workflow } from "@mortise/workflow";
import { NAMED_WORKFLOWS, NODE_EXAMPLES } from "./examples/nodes.ts";
import { jsonBlock, page } from "./page.ts";

const NO_OPERATIONS: OperationCatalogue = { operation: () => undefined, nearest: () => undefined };

/** `docs/workflow-nodes.md`: every core node with its parameters and an example, which runs as the page is made. */
export async function nodesPage(specs: readonly NodeSpec[]): Promise<string> {
  const runtime = createRuntime({ connectors: [], connections: async () => undefined });
  const sandbox = createSandbox();
  const runner = await openRunner({
    runtime,
    engine: memoryEngine(),
    code: codeRunner(sandbox),
    revisions: async (reference) => NAMED_WORKFLOWS[reference],
    answers: { answer: async () => true },
  });
  try {
    const sections: string[] = [];
    for (const spec of specs) sections.push(await section(spec, (workflow, input) => runner.run(workflow, { input })));
    return page("Workflow nodes", [
      "These nodes need no connector. All other nodes are operations of connectors, `<connector>/<operation>`.",
      'A parameter that is computed takes a literal, `{"$cel": "<expression>"}`, `{"$text": "text with ${…} holes"}` or a [`{"$map": […]}`](transformers.md).',
      specs.map(({ use, title }) => `[${use}](#${anchorOf(use)}) (${title})`).join(" · "),
      ...sections,
    ]);
  } finally {
    await runner.close();
    await runtime.close();
    await sandbox.close();
  }
}

type Run = (
  workflow: Workflow,
  input: Json,
) => Promise<{ readonly status: string; readonly output?: Json; readonly error?: object }>;

async function section({ use, title, description, params, outlets }: NodeSpec, run: Run): Promise<string> {
  const example = NODE_EXAMPLES[use];
  if (example === undefined) throw new Error(`tools/docs/examples/nodes.ts has no example of "${use}".`);
  const workflow: Workflow = {
    format: "mortise.workflow/1",
    name: title,
    trigger: { use: "manual" },
    nodes: example.nodes,
    ...(example.output === undefined ? {} : { output: example.output }),
  };
  const fault = checkWorkflow(workflow, NO_OPERATIONS).diagnostics.find(({ severity }) => severity === "error");
  if (fault !== undefined) throw new Error(`The example of ${use}: ${fault.path}: ${fault.message}`);
  const { status, output, error } = await run(workflow, example.input ?? {});
  const result = status === "succeeded" ? output : errorOf(error);
  return [
    `## ${use}`,
    `**${title}.** ${description}`,
    outlets === undefined ? "" : `Outlets: ${outlets.map((name) => `\`${name}\``).join(", ")}.`,
    fieldTable(params),
    example.input === undefined ? "A workflow with" : `Started with ${code(example.input)}, a workflow with`,
    jsonBlock({ nodes: example.nodes, ...(example.output === undefined ? {} : { output: example.output }) }),
    status === "succeeded" ? "ends with the output" : "fails with",
    jsonBlock(result),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function errorOf(error: object | undefined): object {
  if (error === undefined || !("code" in error) || !("message" in error)) throw new Error("A run failed without an error.");
  return { code: error.code, message: error.message };
}

const code = (value: Json): string => `\`${JSON.stringify(value)}\``;

/** The anchor that Markdown readers make of a heading. */
const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^a-z0-9-]/g, "");
