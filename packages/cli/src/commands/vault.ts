import { resolve } from "node:path";
import type { OpenVault, RotationReport, VaultStatus } from "@mortise/server";
import { loadDeployment } from "@mortise/server/deployment";
import type { Command } from "commander";
import { usage } from "../failure.ts";
import type { ExitCode, Output } from "../output.ts";
import type { CommandDefinition, Start } from "../program.ts";
import { RotationView } from "../rotation-view.ts";

interface Place {
  readonly data: string;
  readonly database?: string;
  readonly config?: string;
}

/** `mortise vault rotate|status|disable|enable|destroy` */
export const vaultCommand: CommandDefinition = (program, start) => {
  const vault = program.command("vault").description("the keys that credentials are sealed with");
  at(vault.command("rotate"))
    .description("make a new key and wrap every secret's data key with it; goes on where a killed rotation stopped")
    .option("--same-key", "make no new key, only move secrets from older ones to the active one")
    .action((options: Place & { readonly sameKey?: boolean }) =>
      use(start, options, async (opened, out) => {
        const view = new RotationView(out);
        try {
          const report = await opened.rotate({ newKey: options.sameKey !== true, onProgress: (progress) => view.show(progress) });
          view.close();
          out.result({ ok: report.refused.length === 0, ...report }, rotated(report));
          return report.refused.length === 0 ? 0 : 1;
        } finally {
          view.close();
        }
      }),
    );
  at(vault.command("status"))
    .description("keys, their states, how many secrets are under each, and what is going on")
    .action((options: Place) =>
      use(start, options, async (opened, out) => {
        const status = await opened.status();
        const ok = status.unavailable === undefined && status.unknown.length === 0;
        out.result({ ok, ...status }, shown(status));
        return ok ? 0 : 1;
      }),
    );
  at(vault.command("disable <key>"))
    .description("take a key out of use; secrets under it do not open until it is enabled again")
    .action((key: string, options: Place) =>
      use(start, options, async (opened, out) => {
        const secrets = await opened.disable(key);
        out.result({ ok: true, key, secrets }, `${key} is disabled; ${secrets} secrets are under it.`);
        return 0;
      }),
    );
  at(vault.command("enable <key>"))
    .description("bring a disabled key back for opening")
    .action((key: string, options: Place) =>
      use(start, options, async (opened, out) => {
        await opened.enable(key);
        out.result({ ok: true, key }, `${key} opens again.`);
        return 0;
      }),
    );
  at(vault.command("destroy <key>"))
    .description("approve the destruction of a disabled key that nothing is under; the second approver destroys it")
    .requiredOption("--approver <name>", "who approves")
    .action((key: string, options: Place & { readonly approver: string }) =>
      use(start, options, async (opened, out) => {
        if (options.approver.trim() === "") throw usage("--approver: expected a name.");
        const { destroyed, approvers } = await opened.destroy(key, options.approver.trim());
        const text = destroyed ? `${key} is destroyed.` : `Approved by ${approvers.join(", ")}; one more approver is needed.`;
        out.result({ ok: true, key, destroyed, approvers }, text);
        return 0;
      }),
    );
};

function at(command: Command): Command {
  return command
    .option("--data <dir>", "data folder with the embedded database and the key file", ".mortise")
    .option("--database <url>", "PostgreSQL to use instead of the embedded one")
    .option("--config <file>", "deployment configuration (default: mortise.config.json, where it exists)");
}

async function use(start: Start, place: Place, work: (vault: OpenVault, out: Output) => Promise<ExitCode>): Promise<void> {
  await start(async (out) => {
    const deployment = await loadDeployment(place.config ? { configFile: place.config } : {});
    const { openVault } = await import("@mortise/server");
    const vault = await openVault({
      dataDir: resolve(place.data),
      ...(place.database ? { databaseUrl: place.database } : {}),
      deployment,
      actor: "cli",
    });
    try {
      return await work(vault, out);
    } finally {
      await vault.close();
    }
  });
}

function rotated({ done, toKey, resumed, refused, unused }: RotationReport): string {
  const lines = [
    `${done.toLocaleString("en")} secrets are under the key ${toKey}${resumed ? " (went on with a rotation that had stopped)" : ""}.`,
  ];
  for (const { connection, code } of refused) lines.push(`✗ ${connection}: ${code}, stays with its key`);
  if (unused.length > 0) lines.push(`Nothing is under ${unused.join(", ")} any more: mortise vault disable KEY, then destroy.`);
  return lines.join("\n");
}

function shown({ provider, unavailable, keys, unknown, rotation, leases }: VaultStatus): string {
  const region = provider.region === "" ? "" : `, region ${provider.region}`;
  const lines = [`Keys: ${provider.kind} (${provider.place}${region})`];
  if (unavailable) lines.push(`✗ ${unavailable.code}: ${unavailable.message}`);
  for (const { id, state, secrets } of keys) lines.push(`  ${id}  ${state}  ${secrets.toLocaleString("en")} secrets`);
  for (const { id, secrets } of unknown) lines.push(`✗ ${id}  not held here  ${secrets.toLocaleString("en")} secrets`);
  if (rotation)
    lines.push(`Rotation to ${rotation.toKey}: ${rotation.done} of ${rotation.total}. Go on with: mortise vault rotate`);
  lines.push(`Secrets in use: ${leases} leases`);
  return lines.join("\n");
}
