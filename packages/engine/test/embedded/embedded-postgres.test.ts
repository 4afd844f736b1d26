// Pins how the database comes and goes: nobody else can reach it, a killed initdb or server is no obstacle, processes on one
// folder share it, and only the last one out turns off the light.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, it } from "vitest";
import { type EmbeddedPostgres, embeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { installedBinaries, postgresBinaries } from "../../src/embedded/postgres-binaries.ts";
import { embeddedPostgresAvailable } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folders: { remove(): void }[] = [];
const running: EmbeddedPostgres[] = [];
const folder = () => {
  const made = temporaryFolder();
  folders.push(made);
  chmodSync(made.path, 0o755);
  return made.path;
};
const start = async (dataDir: string) => {
  const server = await embeddedPostgres({ dataDir });
  running.push(server);
  return server;
};
const ask = async (server: EmbeddedPostgres, text: string) => {
  const client = new pg.Client(server.connection);
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows[0] as Record<string, string>;
  } finally {
    await client.end();
  }
};
const postmaster = (dataDir: string) =>
  Number.parseInt(readFileSync(join(dataDir, "postgres/cluster/postmaster.pid"), "utf8"), 10);

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  for (const made of folders.splice(0)) made.remove();
});

it("opens a socket in a private folder and no TCP port, with fsync on", async () => {
  const dataDir = folder();
  const server = await start(dataDir);
  expect(server.attached).toBe(false);
  expect(await ask(server, "show listen_addresses")).toEqual({ listen_addresses: "" });
  expect(await ask(server, "show fsync")).toEqual({ fsync: "on" });
  expect(statSync(join(dataDir, "postgres")).mode & 0o777).toBe(0o700);
  expect(lstatSync(join(dataDir, "postgres/.s.PGSQL.5432")).mode & 0o077).toBe(0);
});

it("is shared by two that start at once, and stopped by the last one out", async () => {
  const dataDir = folder();
  const [one, two] = await Promise.all([start(dataDir), start(dataDir)]);
  await one.stop();
  expect(await ask(two, "select 1 as one")).toEqual({ one: 1 });
  await two.stop();
  expect(existsSync(join(dataDir, "postgres/cluster/postmaster.pid"))).toBe(false);
  const third = await start(dataDir);
  expect(third.attached).toBe(false);
});

it("throws a half-done initdb away", async () => {
  const dataDir = folder();
  const half = join(dataDir, "postgres", "building-999999999-half");
  mkdirSync(half, { recursive: true });
  const server = await start(dataDir);
  expect(await ask(server, "select 1 as one")).toEqual({ one: 1 });
  expect(readdirSync(join(dataDir, "postgres")).filter((name) => name.startsWith("building"))).toEqual([]);
});

it("starts again when the server is killed under it, with the data in it", async () => {
  const dataDir = folder();
  const server = await start(dataDir);
  await ask(server, "create table kept as select 42 as n");
  process.kill(postmaster(dataDir), "SIGKILL");
  await expect
    .poll(() => ask(server, "select n from kept").catch(() => undefined), { timeout: 15_000, interval: 50 })
    .toEqual({ n: 42 });
});

it("puts the socket elsewhere when the folder's path is too long for one", async () => {
  const dataDir = join(folder(), "a".repeat(60), "b".repeat(60));
  const server = await start(dataDir);
  expect(await ask(server, "select 1 as one")).toEqual({ one: 1 });
  const sockets = String(server.connection.host);
  expect(Buffer.byteLength(sockets)).toBeLessThan(88);
  expect(statSync(sockets).mode & 0o777).toBe(0o700);
  await server.stop();
  rmSync(sockets, { recursive: true });
});

it("refuses data of another major version", async () => {
  const dataDir = folder();
  const server = await start(dataDir);
  await server.stop();
  const file = join(dataDir, "postgres/cluster/PG_VERSION");
  writeFileSync(file, "17\n");
  await expect(embeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: "DATABASE_UNAVAILABLE",
    message: expect.stringContaining("17"),
  });
});

it("makes the links between the libraries when npm was not allowed to", () => {
  const copy = join(folder(), "native");
  cpSync(installedBinaries(), copy, { recursive: true, verbatimSymlinks: true });
  for (const name of readdirSync(join(copy, "lib")))
    if (lstatSync(join(copy, "lib", name)).isSymbolicLink()) rmSync(join(copy, "lib", name));
  expect(spawnSync(join(copy, "bin/postgres"), ["-V"]).status).not.toBe(0);
  expect(postgresBinaries(folder(), {}, copy)).toBe(copy);
  expect(spawnSync(join(copy, "bin/postgres"), ["-V"]).stdout.toString()).toContain("PostgreSQL) 18");
});

it("copies the binaries beside the data when their folder is closed to the account", () => {
  const closed = join(folder(), "closed");
  const installed = join(closed, "native");
  cpSync(installedBinaries(), installed, { recursive: true, verbatimSymlinks: true });
  chmodSync(closed, 0o700);
  const home = folder();
  const copy = postgresBinaries(home, { uid: 64_000, gid: 64_000 }, installed);
  expect(copy).toBe(join(home, "native"));
  expect(spawnSync(join(copy, "bin/postgres"), ["-V"]).stdout.toString()).toContain("PostgreSQL) 18");
  expect(postgresBinaries(home, { uid: 64_000, gid: 64_000 }, installed)).toBe(copy);
});

it("tells beforehand that this machine can run it", () => {
  expect(embeddedPostgresAvailable()).toMatchObject({ ok: true, detail: expect.stringContaining("native") });
});
