import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedPostgres } from "@mortise/engine";

/** A real PostgreSQL for a test file, reached over its Unix socket. */
export async function testDatabase(): Promise<{
  readonly settings: { database: string; socket: string; user: string; port: number };
  stop(): Promise<void>;
}> {
  const dataDir = mkdtempSync(join(tmpdir(), "mortise-pg-"));
  const server = await embeddedPostgres({ dataDir });
  const { host, port, user, database } = server.connection;
  return {
    settings: { socket: host ?? "", port: port ?? 5432, user: user ?? "", database: database ?? "" },
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
