import { join } from "node:path";
import { MortiseError } from "@mortise/contract";
import type { Hook } from "@mortise/runtime";
import type { Connector } from "@mortise/sdk";
import type { FastifyInstance } from "fastify";
import { apiToken } from "./api-token.ts";
import { type Demo, startDemo } from "./demo/start-demo.ts";
import { builtInConnectors } from "./host/built-in-connectors.ts";
import type { Deployment } from "./host/deployment.ts";
import { openHost } from "./host/open-host.ts";
import { serverApp } from "./http/server-app.ts";
import { ServerLock } from "./server-lock.ts";
import { ownVersion } from "./telemetry/own-version.ts";
import { startTelemetry } from "./telemetry/start-telemetry.ts";
import { dropEngineSchedules } from "./triggers/activate.ts";
import { openTriggers } from "./triggers/open-triggers.ts";

const DEFAULT_PORT = 4_400;
const PORTS_TO_TRY = 100;

/** Options of {@link serve}. */
export interface ServeOptions {
  /** Holds the embedded database, the key, the lock and the API token. */
  readonly dataDir: string;
  /** Absent: the embedded database. */
  readonly databaseUrl?: string;
  /** Absent: 4400 or the next free one. 0: any free one. Throws `PORT_IN_USE` when it is given and taken. */
  readonly port?: number;
  /** With a demo workspace and the services that it talks to. */
  readonly demo?: boolean;
  /** File operations without a configured root use `<dataDir>/files`. */
  readonly deployment?: Deployment;
  /** Connectors beside the built-in ones. */
  readonly connectors?: readonly Connector[];
  /** What the deployment does at points of every call. Absent: nothing. Throws `DUPLICATE_NAME`, `INVALID_VALUE`. */
  readonly hooks?: readonly Hook[];
  readonly log?: (line: string) => void;
}

/** A server that runs. */
export interface Served {
  readonly url: string;
  /** Signs in once, within 15 minutes; at the deployment's `publicUrl` where it has one. */
  readonly signInUrl: string;
  readonly apiToken: string;
  close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. Throws `DATA_IN_USE`, `PORT_IN_USE`, `DATABASE_UNAVAILABLE`. */
export async function serve(options: ServeOptions): Promise<Served> {
  const { dataDir } = options;
  let log = options.log ?? (() => {});
  const lock = ServerLock.take(dataDir);
  const closers: (() => Promise<void> | void)[] = [() => lock.release()];
  const close = async () => {
    for (const one of closers.splice(0).reverse())
      await Promise.resolve(one()).catch((error: Error) => log(`While stopping: ${error.message}`));
  };
  try {
    const telemetry = await startTelemetry({ serviceName: "mortise", ...options.deployment?.telemetry });
    log = telemetry.say ?? log;
    closers.push(() => telemetry.shutdown());
    const demo = options.demo ? await startDemo(dataDir) : undefined;
    if (demo) closers.push(() => demo.close());
    const deployment = withDemo(withOwnFiles(options.deployment ?? {}, dataDir), demo);
    const host = await openHost({
      dataDir,
      ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
      deployment,
      ...(options.connectors ? { connectors: [...builtInConnectors, ...options.connectors] } : {}),
      ...(options.hooks ? { hooks: options.hooks } : {}),
      ...(demo ? { prepare: demo.seed } : {}),
      log,
    });
    closers.push(() => host.close());
    if (demo) log(`Demo: allowed for its own services only: ${demo.egressAllow.join(", ")}`);
    await dropEngineSchedules(host);
    const triggers = await openTriggers(host, log);
    closers.push(() => triggers.close());
    const token = apiToken(dataDir);
    const app = await serverApp({
      host,
      triggers,
      demo,
      version: ownVersion(),
      metrics: telemetry.metrics,
      apiToken: token,
      pages: join(import.meta.dirname, "..", "..", "studio", "dist"),
      log,
    });
    closers.push(() => app.close());
    const port = await listen(app, options.port);
    const url = `http://127.0.0.1:${port}`;
    lock.publish(url);
    const signInUrl = `${deployment.publicUrl ?? url}/signin?token=${await host.store.sessions.newSignInToken()}`;
    return { url, signInUrl, apiToken: token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function withOwnFiles(deployment: Deployment, dataDir: string): Deployment {
  const own = join(dataDir, "files");
  return { ...deployment, files: { roots: deployment.files?.roots ?? [own], base: own } };
}

function withDemo(deployment: Deployment, demo: Demo | undefined): Deployment {
  if (!demo) return deployment;
  return { ...deployment, egress: { ...deployment.egress, allow: [...(deployment.egress?.allow ?? []), ...demo.egressAllow] } };
}

async function listen(app: FastifyInstance, wanted: number | undefined): Promise<number> {
  const first = wanted ?? DEFAULT_PORT;
  const last = wanted === undefined ? first + PORTS_TO_TRY : first;
  for (let port = first; ; port++) {
    try {
      await app.listen({ host: "127.0.0.1", port });
      const address = app.server.address();
      return typeof address === "object" && address ? address.port : port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || port >= last) {
        throw new MortiseError("PORT_IN_USE", `Port ${port} cannot be used: ${(error as Error).message}.`, { cause: error });
      }
    }
  }
}
