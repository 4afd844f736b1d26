// Pins: a configuration whose mistake is read as "allow nothing" or, worse, as "allow all".
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadDeployment } from "../../src/host/deployment.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-deployment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(content: unknown): string {
  const file = join(folder, "mortise.config.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

test("file, environment and flags add up for egress, and the nearest source wins for folders", async () => {
  const configFile = config({
    egress: { allow: ["http://127.0.0.1:1"] },
    files: { roots: ["data"] },
    trustedPublishers: ["mortise", "me"],
  });
  const env = { MORTISE_EGRESS_ALLOW: "tcp://127.0.0.1:2, unix:/run/x" };
  expect(await loadDeployment({ configFile, env, egressAllow: ["https://10.0.0.1"] })).toEqual({
    egress: { allow: ["http://127.0.0.1:1", "tcp://127.0.0.1:2", "unix:/run/x", "https://10.0.0.1"] },
    files: { roots: [join(folder, "data")] },
    trustedPublishers: ["mortise", "me"],
  });
  expect((await loadDeployment({ configFile, env: {}, filesRoots: ["/srv"] })).files).toEqual({ roots: ["/srv"] });
});

test("nothing configured allows nothing", async () => {
  expect(await loadDeployment({ configFile: config({}), env: {} })).toEqual({});
});

test("every mistake is named at once, a misspelt key with the nearest one", async () => {
  const configFile = config({ egres: {}, files: { roots: 3 }, trustedPublishers: "me" });
  const failure = await loadDeployment({ configFile, env: {} }).catch((error: Error) => error.message);
  expect(failure).toMatch(/egress/);
  expect(failure).toMatch(/\/files/);
  expect(failure).toMatch(/\/trustedPublishers/);
});

test("Redis is named by the file or the environment, and anything else than Redis is refused", async () => {
  const file = { redis: { url: "redis://127.0.0.1:6379", prefix: "{blue}" } };
  expect(await loadDeployment({ configFile: config(file), env: {} })).toEqual(file);
  const env = { MORTISE_REDIS_URL: "rediss://ada:pw@redis.example.com" };
  expect((await loadDeployment({ configFile: config(file), env })).redis).toEqual({
    url: env.MORTISE_REDIS_URL,
    prefix: "{blue}",
  });
  expect(await loadDeployment({ configFile: config({ redis: { url: "/run/redis.sock" } }), env: {} })).toEqual({
    redis: { url: "/run/redis.sock" },
  });
  for (const redis of ["redis://127.0.0.1", { url: "https://127.0.0.1" }, { url: 6379 }, { url: "redis://127.0.0.1", prefix: 1 }])
    await expect(loadDeployment({ configFile: config({ redis }), env: {} })).rejects.toThrow(/\/redis/);
  await expect(loadDeployment({ configFile: config({}), env: { MORTISE_REDIS_URL: "127.0.0.1:6379" } })).rejects.toThrow(
    /MORTISE_REDIS_URL/,
  );
});

test("the public address is an origin over TLS, or on loopback", async () => {
  for (const [publicUrl, origin] of [
    ["https://mortise.example.com", "https://mortise.example.com"],
    ["https://Mortise.example.com:8443/", "https://mortise.example.com:8443"],
    ["http://127.0.0.1:4400", "http://127.0.0.1:4400"],
    ["http://localhost:4400", "http://localhost:4400"],
    ["http://[::1]:4400", "http://[::1]:4400"],
  ])
    expect(await loadDeployment({ configFile: config({ publicUrl }), env: {} })).toEqual({ publicUrl: origin });
  for (const publicUrl of [
    "http://mortise.example.com",
    "https://mortise.example.com/app",
    "https://mortise.example.com?x=1",
    "https://mortise.example.com/#top",
    "https://ada:pw@mortise.example.com",
    "https://*.example.com",
    "http://127.0.0.1.example.com",
    "mortise.example.com",
    "javascript:alert(1)",
    "",
    4400,
  ])
    await expect(loadDeployment({ configFile: config({ publicUrl }), env: {} }), String(publicUrl)).rejects.toThrow(
      /\/publicUrl/,
    );
});

test("an entry that is no origin is refused with an example", async () => {
  await expect(loadDeployment({ configFile: config({}), env: {}, egressAllow: ["*"] })).rejects.toThrow(
    /"\*" is not an origin.*http:\/\/127.0.0.1:8080/,
  );
});

test("a configuration that is named and missing is unreadable, never skipped", async () => {
  await expect(loadDeployment({ configFile: join(folder, "nowhere.json"), env: {} })).rejects.toMatchObject({
    code: "UNREADABLE_FILE",
  });
});
