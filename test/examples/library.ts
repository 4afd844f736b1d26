import { readFile } from "node:fs/promises";
import files from "@mortise/connector-files";
import http from "@mortise/connector-http";
import postgres from "@mortise/connector-postgres";
import smtp from "@mortise/connector-smtp";
import { memoryEngine, openRunner } from "@mortise/engine";
import { createRuntime } from "@mortise/runtime";

export async function runBirdStrikes(world: World, workflowFile: string) {
  const runtime = createRuntime({
    connectors: [files, http, postgres, smtp],
    connections: async (name) => world.connections[name],
    egress: { allow: world.allow },
    files: { roots: [world.folder] },
  });
  const runner = await openRunner({ runtime, engine: memoryEngine() });
  const ended = await runner.run(JSON.parse(await readFile(workflowFile, "utf8")), { input: {} });
  await runner.close();
  await runtime.close();
  return ended;
}
