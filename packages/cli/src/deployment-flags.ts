import { type Deployment, loadDeployment } from "@mortise/server/deployment";
import type { Command } from "commander";
import type { Output } from "./output.ts";

/** Flags that every command with outgoing calls has. */
export interface EgressFlags {
  readonly config?: string;
  readonly allowEgress?: readonly string[];
  readonly filesRoot?: readonly string[];
}

/** Adds the flags of {@link EgressFlags} to a command. */
export function egressOptions(command: Command): Command {
  return command
    .option("--config <file>", "deployment configuration (default: mortise.config.json, where it exists)")
    .option(
      "--allow-egress <origin...>",
      "allow a place beyond https to public addresses, e.g. http://127.0.0.1:8080, tcp://127.0.0.1:5432, unix:/run/postgresql",
    )
    .option("--files-root <folder...>", "folders that file operations may use (default: whatever you may)");
}

/** The deployment: configuration file, environment, flags. Says what is allowed beyond the default. */
export async function deploymentFromFlags(flags: EgressFlags, out: Output): Promise<Deployment> {
  const deployment = await loadDeployment({
    ...(flags.config ? { configFile: flags.config } : {}),
    egressAllow: flags.allowEgress ?? [],
    ...(flags.filesRoot ? { filesRoots: flags.filesRoot } : {}),
    defaultFilesRoots: "*",
  });
  const allowed = deployment.egress?.allow ?? [];
  if (allowed.length > 0) out.log(`Allowed beyond https to public addresses: ${allowed.join(", ")}`);
  return deployment;
}
