import { resolve } from "node:path";
import type { AuditReport } from "@mortise/server";
import { usage } from "../failure.ts";
import type { CommandDefinition } from "../program.ts";

interface AuditOptions {
  readonly data: string;
  readonly database?: string;
  readonly tenant?: string;
  readonly head?: string;
}

/** `mortise audit verify` */
export const auditCommand: CommandDefinition = (program, start) => {
  program
    .command("audit")
    .description("what was done with secrets and keys")
    .command("verify")
    .description("recompute the hash chain of the audit, and name the first entry that is not as it was written")
    .option("--data <dir>", "data folder with the embedded database", ".mortise")
    .option("--database <url>", "PostgreSQL to use instead of the embedded one")
    .option("--tenant <name>", "one tenant only")
    .option("--head <seq:hash>", "a head that was noted before: the chain must still hold it, so that a cut-off end shows")
    .action((options: AuditOptions) =>
      start(async (out) => {
        const { checkAudit } = await import("@mortise/server");
        const head = options.head === undefined ? undefined : headOf(options.head);
        const report = await checkAudit(
          { dataDir: resolve(options.data), ...(options.database ? { databaseUrl: options.database } : {}) },
          { ...(options.tenant === undefined ? {} : { tenant: options.tenant }), ...(head ? { head } : {}) },
        );
        const [bad] = report.bad;
        const error = bad && { code: "AUDIT_BROKEN", message: `${bad.tenant}, entry ${bad.seq}: ${bad.reason}.` };
        out.result({ ...report, ...(error ? { error } : {}) }, shown(report));
        return report.ok ? 0 : 1;
      }),
    );
};

function headOf(text: string): { readonly seq: number; readonly hash: string } {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw usage(`--head ${text}: expected the number, a colon and the hash.`);
  return { seq: Number(seq), hash };
}

function shown({ tenants, bad }: AuditReport): string {
  if (tenants.length === 0 && bad.length === 0) return "The audit is empty.";
  return [
    ...tenants.map(
      ({ tenant, entries, head }) => `${tenant}: ${entries.toLocaleString("en")} entries, head ${head.seq}:${head.hash}`,
    ),
    ...bad.map(({ tenant, seq, reason }) => `✗ ${tenant}, entry ${seq}: ${reason}`),
  ].join("\n");
}
