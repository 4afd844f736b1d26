import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type EmbeddedPostgres, embeddedPostgres } from "@mortise/engine";
import type { Connection } from "@mortise/runtime";
import { parse } from "csv-parse/sync";
import pg from "pg";
import { type AirportsServer, startAirportsServer } from "./airports-server.ts";
import { type Inbox, startInbox } from "./inbox.ts";
import { root } from "./mortise-process.ts";

export const workflowFile = join(root, "packages", "server", "src", "demo", "workflows", "bird-strikes.json");

/** The real file of the corpora where it is present, else the same file from the registry. */
export function birdStrikesFile(): string {
  const corpus = join(root, "..", "shared", "corpora", "data", "birdstrikes.csv");
  return existsSync(corpus)
    ? corpus
    : join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data", "birdstrikes.csv");
}

export const smtpLogin = { user: "mortise", password: "canary-7d1f0c55-smtp-password" } as const;

/** All other systems of the real job, and a folder for its files and its journal. */
export interface RealJobWorld {
  readonly folder: string;
  readonly airports: AirportsServer;
  readonly inbox: Inbox;
  readonly allow: readonly string[];
  readonly connections: Readonly<Record<string, Connection>>;
  readonly connectionsFile: string;
  query<Row extends object>(sql: string): Promise<readonly Row[]>;
  /** Rows of the dead-letter file. */
  rejected(): readonly { readonly row: { readonly row_number: number }; readonly reasons: readonly string[] }[];
  close(): Promise<void>;
}

/** Starts the world on free ports. */
export async function openRealJobWorld(options: { readonly ratePerSecond?: number } = {}): Promise<RealJobWorld> {
  const folder = mkdtempSync(join(tmpdir(), "mortise-job-"));
  chmodSync(folder, 0o711);
  const server: EmbeddedPostgres = await embeddedPostgres({ dataDir: join(folder, "warehouse") });
  const admin = new pg.Client({ ...server.connection });
  await admin.connect();
  await admin.query("create database warehouse");
  await admin.end();
  const pool = new pg.Pool({ ...server.connection, database: "warehouse", max: 2 });
  const airports = await startAirportsServer();
  const inbox = await startInbox(smtpLogin);
  copyFileSync(birdStrikesFile(), join(folder, "birdstrikes.csv"));
  const { host: socket, port, user } = server.connection;
  const connections: Record<string, Connection> = {
    airports: {
      name: "airports",
      connector: "http",
      settings: { baseUrl: airports.url, ratePerSecond: options.ratePerSecond ?? 50 },
      auth: "none",
    },
    data: { name: "data", connector: "files", settings: { root: folder }, auth: "none" },
    mail: {
      name: "mail",
      connector: "smtp",
      settings: { host: "127.0.0.1", port: inbox.port, secure: "none", from: "mortise@example.com" },
      auth: "password",
      credential: { username: smtpLogin.user, password: smtpLogin.password },
    },
    warehouse: {
      name: "warehouse",
      connector: "postgres",
      settings: { socket: String(socket), port: Number(port), user: String(user), database: "warehouse" },
      auth: "none",
    },
  };
  const connectionsFile = join(folder, "connections.json");
  writeFileSync(
    connectionsFile,
    JSON.stringify(Object.fromEntries(Object.entries(connections).map(([key, { name: _, ...rest }]) => [key, rest]))),
  );
  return {
    folder,
    airports,
    inbox,
    connections,
    connectionsFile,
    allow: [airports.url, `tcp://127.0.0.1:${inbox.port}`, `unix:${socket}`],
    query: async <Row extends object>(sql: string) => (await pool.query<Row>(sql)).rows,
    rejected: () => {
      const file = join(folder, "rejected.jsonl");
      const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
    },
    close: async () => {
      await pool.end();
      await airports.close();
      await inbox.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Totals per state, computed from the file without any of Mortise. */
export function expectedTotals(): {
  readonly valid: number;
  readonly rejected: readonly number[];
  readonly states: ReadonlyMap<string, { strikes: number; cost: number }>;
} {
  const rows = parse(readFileSync(birdStrikesFile()), { columns: true, bom: true }) as Record<string, string>[];
  const states = new Map<string, { strikes: number; cost: number }>();
  const rejected: number[] = [];
  for (const [index, row] of rows.entries()) {
    const speed = row["Speed IAS in knots"] ?? "";
    const date = row["Flight Date"] ?? "";
    const cost = Number(row["Cost Total $"]);
    const good =
      (speed === "" || (Number(speed) >= 30 && Number(speed) <= 400)) &&
      date >= "1990-01-01" &&
      date <= "2002-12-31" &&
      cost === Number(row["Cost Other"]) + Number(row["Cost Repair"]) &&
      ["Small", "Medium", "Large"].includes(row["Wildlife Size"] ?? "");
    if (!good) {
      rejected.push(index + 1);
      continue;
    }
    const state = states.get(row["Origin State"] ?? "") ?? { strikes: 0, cost: 0 };
    states.set(row["Origin State"] ?? "", { strikes: state.strikes + 1, cost: state.cost + cost });
  }
  return { valid: rows.length - rejected.length, rejected, states };
}
