import type { Hook } from "@mortise/runtime";
import type { Deployment } from "./host/deployment.ts";
import { openHost } from "./host/open-host.ts";
import { startTelemetry } from "./telemetry/start-telemetry.ts";
import { openTriggers } from "./triggers/open-triggers.ts";

/** Options of {@link worker}. */
export interface WorkerOptions {
  readonly databaseUrl: string;
  /** Folder of the key; absent: the key is `MORTISE_KEY`. */
  readonly dataDir?: string;
  readonly deployment?: Deployment;
  /** What the deployment does at points of every call. Absent: nothing. Throws `DUPLICATE_NAME`, `INVALID_VALUE`. */
  readonly hooks?: readonly Hook[];
  readonly log?: (line: string) => void;
}

/** Works on runs of a database that servers share. Needs the key that sealed the credentials. Throws `DATABASE_UNAVAILABLE`, `MISCONFIGURED`. */
export async function worker(options: WorkerOptions): Promise<{ close(): Promise<void> }> {
  const telemetry = await startTelemetry({ serviceName: "mortise-worker", ...options.deployment?.telemetry });
  const log = telemetry.say ?? options.log ?? (() => {});
  const host = await openHost({
    databaseUrl: options.databaseUrl,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    kind: "worker",
    deployment: options.deployment ?? {},
    ...(options.hooks ? { hooks: options.hooks } : {}),
    log,
  });
  const triggers = await openTriggers(host, log);
  return {
    close: async () => {
      await triggers.close();
      await host.close();
      await telemetry.shutdown();
    },
  };
}
