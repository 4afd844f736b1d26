import { usage } from "../failure.ts";
import type { CommandDefinition } from "../program.ts";
import { scaffoldWorkflow, WORKFLOW_TEMPLATES } from "../scaffold-workflow.ts";

/** `mortise new connector|workflow NAME [--template …]` */
export const newCommand: CommandDefinition = (program, start) => {
  program
    .command("new")
    .description("scaffold a connector or a workflow that passes check as it is")
    .argument("<kind>", "connector or workflow")
    .argument("<name>", "lower case letters, digits and dashes")
    .option("--template <name>", `workflow: ${Object.keys(WORKFLOW_TEMPLATES).join(", ")}; connector: rest, code`)
    .option("--dir <folder>", "where to put it (default: here)", ".")
    .action((kind: string, name: string, options: { readonly template?: string; readonly dir: string }) =>
      start(async (out) => {
        if (!/^[a-z][a-z0-9-]*$/.test(name))
          throw usage(`"${name}" is not a name: it starts with a lower case letter, then letters, digits and dashes.`);
        if (kind !== "connector" && kind !== "workflow") throw usage(`"${kind}" is neither "connector" nor "workflow".`);
        const { scaffoldConnector } = await import("../scaffold-connector.ts");
        const made = kind === "connector" ? await scaffoldConnector(name, options) : await scaffoldWorkflow(name, options);
        out.result({ ok: true, kind, name, files: made.files }, "");
        if (!out.json) out.log(`✓ ${made.files.join("\n  ")}\n\nNext:\n  ${made.next.join("\n  ")}`);
        return 0;
      }),
    );
};
