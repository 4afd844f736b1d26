import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isMortiseError } from "@mortise/contract";
import type { CommandDefinition } from "../program.ts";
import { writeWhole } from "../write-whole.ts";

const MARKS = { ok: "✓", warning: "!", error: "✗" } as const;

interface DoctorOptions {
  readonly data: string;
  readonly database?: string;
  readonly config?: string;
  readonly bundle?: string;
}

/** `mortise doctor [--bundle FILE]` */
export const doctorCommand: CommandDefinition = (program, start) => {
  program
    .command("doctor")
    .description("what this machine has, lacks and allows")
    .option("--data <dir>", "data folder", ".mortise")
    .option("--database <url>", "PostgreSQL to use instead of the embedded one, for --bundle")
    .option("--config <file>", "deployment configuration")
    .option("--bundle <file>", "write all that whoever helps needs to know into a file, without a secret in it")
    .action((options: DoctorOptions) =>
      start(async (out) => {
        const { examine } = await import("../examine.ts");
        const findings = await examine(options);
        const ok = findings.every(({ status }) => status !== "error");
        if (options.bundle !== undefined) {
          const deployment = await bundleOf(options);
          await writeWhole(options.bundle, `${JSON.stringify({ findings, ...deployment }, null, 2)}\n`);
        }
        const bundle = options.bundle === undefined ? {} : { bundle: options.bundle };
        const lines = findings.map(
          ({ status, name, detail, fix }) => `${MARKS[status]} ${name}: ${detail}${fix ? `\n    fix: ${fix}` : ""}`,
        );
        if (options.bundle !== undefined) lines.push(`The support bundle is in ${options.bundle}. Read it before you send it.`);
        out.result({ ok, findings, ...bundle }, lines.join("\n"));
        return ok ? 0 : 1;
      }),
    );
};

/** What the deployment's database tells. Where it cannot be opened, the bundle says so, as that may be why help is needed. */
async function bundleOf({ data, database }: DoctorOptions): Promise<object> {
  if (database === undefined && !existsSync(data)) {
    const message = `There is no deployment in ${data}.`;
    return { format: "mortise.support/1", error: { code: "UNREADABLE_FILE", message } };
  }
  const { supportBundle } = await import("@mortise/server");
  try {
    return await supportBundle({ dataDir: resolve(data), ...(database === undefined ? {} : { databaseUrl: database }) });
  } catch (error) {
    const { code, message } = isMortiseError(error) ? error.data : { code: "INTERNAL", message: String(error) };
    return { format: "mortise.support/1", error: { code, message } };
  }
}
