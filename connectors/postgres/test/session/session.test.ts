// Pins: sessions that are not encrypted as set, hang when the connection is lost, or take one outcome for another.
import type { Connection } from "@mortise/runtime";
import { afterAll, describe, expect, test } from "vitest";
import { bird, birdTable } from "../bird-table.ts";
import { localhostCertificate } from "../localhost-certificate.ts";
import { tcpProxy } from "../tcp-proxy.ts";

const { settings, call, output, rowsOf } = await birdTable();
const socketPath = `${settings.socket}/.s.PGSQL.${settings.port}`;
const [clear, encrypted] = [await tcpProxy(socketPath, false), await tcpProxy(socketPath, true)];
afterAll(() => Promise.all([clear.close(), encrypted.close()]));

const over = (name: string, port: number, more: object = {}): Connection => ({
  name,
  connector: "postgres",
  auth: "none",
  settings: { host: "localhost", port, database: "postgres", user: settings.user, ...more },
});

describe("sessions", () => {
  test("are encrypted and verified as set", async () => {
    const ssl = async (settings: object, port = encrypted.port) =>
      call("test", {}, { connection: over(JSON.stringify([settings, port]), port, settings) });
    expect(await ssl({ ca: localhostCertificate.cert })).toMatchObject({ outcome: "success" });
    expect(await ssl({ ssl: "require" })).toMatchObject({ outcome: "success" });
    expect(await ssl({})).toMatchObject({
      outcome: "fault",
      error: { code: "MISCONFIGURED", message: expect.stringContaining("certificate") },
    });
    expect(await ssl({}, clear.port)).toMatchObject({
      outcome: "fault",
      error: { code: "MISCONFIGURED", path: "/settings/ssl" },
    });
    expect(await ssl({ ssl: "off" }, clear.port)).toMatchObject({ outcome: "success" });
  });

  test("an unknown user, an unknown database and an unreachable server are three different outcomes", async () => {
    const at = (settings: object) =>
      call("test", {}, { connection: over(JSON.stringify(settings), clear.port, { ssl: "off", ...settings }) });
    expect(await at({ user: "nobody" })).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
    expect(await at({ database: "nowhere" })).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
    expect(await at({ port: 1 })).toMatchObject({ outcome: "sick" });
  });

  test("a connection that is lost while idle is replaced, and one lost in a read is retried", async () => {
    const connection = over("lost", clear.port, { ssl: "off" });
    await output("test", {}, { connection });
    for (const socket of clear.sockets) socket.destroy();
    expect(await call("test", {}, { connection })).toMatchObject({ outcome: "success" });
    const slow = call("query", { sql: "SELECT pg_sleep(0.5)" }, { connection });
    setTimeout(() => clear.sockets.forEach((socket) => void socket.destroy()), 150);
    expect(await slow).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  });

  test("a connection that is lost in a write before its commit point has written nothing, after it the outcome is unknown", async () => {
    const connection = over("lost write", clear.port, { ssl: "off" });
    const cutAt = async (commit: () => Promise<boolean>) =>
      call("insertRows", { table: "birds", rows: [bird(1)] }, { connection, commit });
    const result = await cutAt(async () => {
      for (const socket of clear.sockets) socket.destroy();
      return true;
    });
    expect(result).toMatchObject({ outcome: "unknown" });
  });

  test("a cancelled call gives its session up, and the next call works", async () => {
    const stop = new AbortController();
    const slow = call("query", { sql: "SELECT pg_sleep(20)" }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    expect((await slow).outcome).not.toBe("success");
    expect(await rowsOf("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("more calls than sessions wait for their turn", async () => {
    const one = async (n: number) =>
      ((await rowsOf("SELECT $1::int AS n, pg_backend_pid() AS pid, pg_sleep(0.01)", [n])) as { pid: number }[])[0];
    const many = await Promise.all(Array.from({ length: 30 }, (_, index) => one(index)));
    expect(new Set(many.map((row) => row?.pid)).size).toBeLessThanOrEqual(5);
  });
});
