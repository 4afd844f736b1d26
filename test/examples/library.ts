import { readFile } from "node:fs/promises";
import files from "@mortise/connector-files";
import http from "@mortise/connector-http";
import postgres from "@mortise/connector-postgres";
import smtp from "@mortise/connector-smtp";
import { memoryEngine, openRunner } from "@mortise/engine";
import { type Connection, createRuntime } from "@mortise/runtime";

/** Where the other systems are, and which of them calls may reach. */
export interface Systems {
  readonly connections: Readonly<Record<string, Connection>>;
  readonly allow: readonly string[];
  readonly folder: string;
}

/** Runs a workflow inside of a program: no server, no database, no environment variable. */
export async function runBirdStrikes(systems: Systems, workflowFile: string) {
  const runtime = createRuntime({
    connectors: [files, http, postgres, smtp],
    connections: async (name) => systems.connections[name],
    egress: { allow: systems.allow },
    files: { roots: [systems.folder] },
  });
  const runner = await openRunner({ runtime, engine: memoryEngine() });
  const ended = await runner.run(JSON.parse(await readFile(workflowFile, "utf8")));
  await runner.close();
  await runtime.close();
  return ended;
}
