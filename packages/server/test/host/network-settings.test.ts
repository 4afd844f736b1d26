// Pins: a proxy or an authority that a deployment names and that is left out without a word, and a password that is written into a configuration.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testAuthority } from "../../../../test/world/certificates.ts";
import { loadDeployment } from "../../src/host/deployment.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-network-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let authority = "";
beforeAll(async () => {
  authority = (await testAuthority()).ca;
  writeFileSync(join(folder, "corp.pem"), authority);
  writeFileSync(join(folder, "password"), "of-the-proxy-7c1d\n");
  writeFileSync(join(folder, "empty"), "\n");
  writeFileSync(join(folder, "no.pem"), "no certificate");
});

function load(content: object, env: Readonly<Record<string, string>> = {}) {
  const configFile = join(folder, "mortise.config.json");
  writeFileSync(configFile, JSON.stringify(content));
  return loadDeployment({ configFile, env });
}

const url = "http://proxy.corp.example:3128";
const username = "mortise";

test("transport, proxy and authorities reach the runtime, with what is in files of their own", async () => {
  expect(
    await load({
      transport: "undici",
      ca: ["corp.pem", join(folder, "corp.pem")],
      proxy: { url, noProxy: [".corp.example"], tunnel: "name", credential: { username, passwordFile: "password" } },
    }),
  ).toEqual({
    transport: "undici",
    ca: [authority, authority],
    proxy: { url, noProxy: [".corp.example"], tunnel: "name", credential: { username, password: "of-the-proxy-7c1d" } },
  });
  expect(await load({ proxy: { url } })).toEqual({ proxy: { url } });
  const env = { MORTISE_PROXY_PASSWORD: "of-the-environment" };
  expect(await load({ proxy: { url, credential: { username } } }, env)).toMatchObject({
    proxy: { credential: { username, password: "of-the-environment" } },
  });
});

test("every mistake is named by its place", async () => {
  const wrong = {
    transport: "fetch",
    ca: "corp.pem",
    proxy: { url: "http://u:p@x", noProxy: "x", tunnel: "both", credential: { username: "a:b", password: "written-in-plain" } },
  };
  const message = await load(wrong).then(String, (error: Error) => error.message);
  for (const place of [
    "/transport",
    "/ca",
    "/proxy/url",
    "/proxy/noProxy",
    "/proxy/tunnel",
    "/proxy/credential/username",
    "/proxy/credential/password",
  ])
    expect(message).toContain(`${place}:`);
  expect(message).not.toContain("written-in-plain");
  for (const proxy of [
    "http://x",
    {},
    { url: "socks5://x:1" },
    { url: "http://x/path" },
    { url, credential: "u:p" },
    { url, port: 1 },
  ])
    await expect(load({ proxy })).rejects.toMatchObject({ code: "INVALID_DOCUMENT" });
});

test("a file that is not there or not what it should be is named", async () => {
  await expect(load({ ca: ["nowhere.pem"] })).rejects.toMatchObject({
    code: "UNREADABLE_FILE",
    data: { path: join(folder, "nowhere.pem") },
  });
  await expect(load({ ca: ["no.pem"] })).rejects.toMatchObject({ code: "INVALID_DOCUMENT" });
  await expect(load({ proxy: { url, credential: { username, passwordFile: "nowhere" } } })).rejects.toMatchObject({
    code: "UNREADABLE_FILE",
  });
  for (const passwordFile of [undefined, "empty"])
    await expect(load({ proxy: { url, credential: { username, passwordFile } } })).rejects.toMatchObject({
      code: "MISCONFIGURED",
    });
});
