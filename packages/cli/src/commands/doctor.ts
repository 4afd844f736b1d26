import type { CommandDefinition } from "../program.ts";

const MARKS = { ok: "✓", warning: "!", error: "✗" } as const;

/** `mortise doctor` */
export const doctorCommand: CommandDefinition = (program, start) => {
  program
    .command("doctor")
    .description("what this machine has, lacks and allows")
    .option("--data <dir>", "data folder", ".mortise")
    .option("--config <file>", "deployment configuration")
    .action((options: { readonly data: string; readonly config?: string }) =>
      start(async (out) => {
        const { examine } = await import("../examine.ts");
        const findings = await examine(options);
        const ok = findings.every(({ status }) => status !== "error");
        out.result(
          { ok, findings },
          findings
            .map(({ status, name, detail, fix }) => `${MARKS[status]} ${name}: ${detail}${fix ? `\n    fix: ${fix}` : ""}`)
            .join("\n"),
        );
        return ok ? 0 : 1;
      }),
    );
};
