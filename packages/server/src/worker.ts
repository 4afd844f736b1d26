import type { Hook } from "@mortise/runtime";
import type { Deployment } from "./host/deployment.ts";
import { openHost } from "./host/open-host.ts";
import { type MetricsPort, openMetricsPort } from "./telemetry/metrics-port.ts";
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
  /** Port that Prometheus scrapes, at `metricsHost`. 0: any free one. Absent: none. Throws `PORT_IN_USE`. */
  readonly metricsPort?: number;
  /** Absent: 127.0.0.1. There is no sign-in. */
  readonly metricsHost?: string;
  readonly log?: (line: string) => void;
}

/** A worker that works. */
export interface Working {
  /** Where it is scraped; absent: nowhere. */
  readonly metricsUrl?: string;
  close(): Promise<void>;
}

/** Works on runs of a database that servers share. Needs the key that sealed the credentials. Throws `DATABASE_UNAVAILABLE`, `MISCONFIGURED`. */
export async function worker(options: WorkerOptions): Promise<Working> {
  const telemetry = await startTelemetry({ serviceName: "mortise-worker", ...options.deployment?.telemetry });
  const log = telemetry.say ?? options.log ?? (() => {});
  const { metricsPort: port, metricsHost } = options;
  let scraped: MetricsPort | undefined;
  if (port !== undefined) {
    const at = { port, ...(metricsHost === undefined ? {} : { host: metricsHost }) };
    scraped = await openMetricsPort({ ...at, metrics: telemetry.metrics });
  }
  const host = await openHost({
    databaseUrl: options.databaseUrl,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    kind: "worker",
    deployment: options.deployment ?? {},
    ...(options.hooks ? { hooks: options.hooks } : {}),
    log,
  }).catch(async (error: unknown) => {
    await scraped?.close();
    throw error;
  });
  const triggers = await openTriggers(host, log);
  return {
    ...(scraped === undefined ? {} : { metricsUrl: scraped.url }),
    close: async () => {
      await scraped?.close();
      await triggers.close();
      await host.close();
      await telemetry.shutdown();
    },
  };
}
