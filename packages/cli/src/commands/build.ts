import type { CommandDefinition } from "../program.ts";

/** `mortise build [DIR]` */
export const buildCommand: CommandDefinition = (program, start) => {
  program
    .command("build")
    .description("write contract.json and dist/ (contract, bundle, docs, digest) of a connector")
    .argument("[dir]", "connector folder", ".")
    .action((folder: string) =>
      start(async (out) => {
        const { buildConnector } = await import("../build-connector.ts");
        const built = await buildConnector(folder);
        out.result({ ok: true, ...built }, "");
        if (!out.json) out.log(`✓ ${built.connector} ${built.version}: ${built.files.join(", ")}\n  sha256 ${built.digest}`);
        return 0;
      }),
    );
};
