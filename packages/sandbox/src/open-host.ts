import { isMortiseError, MortiseError } from "@mortise/contract";
import { processCommands } from "./process/process-command.ts";
import { openProcessHost } from "./process/process-host.ts";
import type { SandboxHost } from "./sandbox-host.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";
import { openThreadHost } from "./worker/thread-host.ts";

/** One way to open a host; rejects where it cannot be had here. It is told why stricter ones could not be had. */
export type HostOpener = (reasons: readonly string[]) => Promise<SandboxHost>;

/** The ways there are, the strictest first. */
export function hostOpeners(limits: SandboxLimits): readonly HostOpener[] {
  const processes = processCommands().map(
    (command): HostOpener =>
      (reasons) =>
        openProcessHost(command, { limits, reasons }),
  );
  return [...processes, openThreadHost];
}

/** Opens the first that can be had. Rejects with `OVERLOADED` where one that may be had takes too long, `MISCONFIGURED` where there is none. */
export async function openHost(openers: readonly HostOpener[]): Promise<SandboxHost> {
  const reasons = new Set<string>();
  for (const open of openers) {
    try {
      return await open([...reasons]);
    } catch (error) {
      // A machine that is busy has what it has: it is no reason to do with less.
      if (isMortiseError(error)) throw error;
      reasons.add(error instanceof Error ? error.message : String(error));
    }
  }
  throw new MortiseError("MISCONFIGURED", `No sandbox could be opened: ${[...reasons].join("; ")}.`);
}
