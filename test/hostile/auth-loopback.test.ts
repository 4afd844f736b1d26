// Pins: a page of the Web, or another program of this machine, that ends or feeds a sign-in of the command line, and tokens that others of this
// machine can read.
import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepCredential } from "../../packages/cli/src/connect/keep-credential.ts";
import { type LoopbackRedirect, openLoopbackRedirect } from "../../packages/cli/src/connect/loopback-redirect.ts";
import { printable } from "../../packages/cli/src/output.ts";

const STATE = "state-of-this-sign-in-0815";
const never = new AbortController().signal;
let loopback: LoopbackRedirect;
let folder: string;
beforeEach(async () => {
  loopback = await openLoopbackRedirect();
  folder = mkdtempSync(join(tmpdir(), "mortise-loopback-"));
});
afterEach(async () => {
  await loopback.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One raw request; what came back. */
async function raw(lines: readonly string[]): Promise<string> {
  const port = Number(new URL(loopback.redirectUri).port);
  return await new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n`));
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}
const get = (target: string, host = new URL(loopback.redirectUri).host) => raw([`GET ${target} HTTP/1.1`, `host: ${host}`]);

/** What the wait came to, without waiting for it. */
function waiting(isStateless = false): { readonly answer: () => string | undefined } {
  let answer: string | undefined;
  void loopback.wait(STATE, never, isStateless).then((found) => {
    answer = found;
  });
  return { answer: () => answer };
}

test("requests that no browser of this sign-in sends are turned away, and the wait goes on", async () => {
  const { answer } = waiting();
  const own = new URL(loopback.redirectUri).host;
  for (const target of [
    "//",
    "//evil.example/callback?code=x",
    "http://[",
    "*",
    "/callback//",
    "/%",
    "/callback?%",
    "/callback;",
  ])
    expect(await get(target), target).toMatch(/^HTTP\/1\.1 4\d\d /);
  for (const target of [
    "/callback",
    "/callback?error=access_denied",
    "/callback?code=x",
    "/callback?code=x&state=",
    "/callback?code=x&state=other",
  ])
    expect(await get(target), target).toMatch(/^HTTP\/1\.1 400 /);
  expect(await get(`/callback?code=x&state=${STATE}&state=other`)).toMatch(/^HTTP\/1\.1 400 /);
  const rebound = [`rebound.evil.example:${own.split(":")[1]}`, "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""];
  for (const host of rebound) expect(await get(`/callback?code=x&state=${STATE}`, host), host).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(await raw([`POST /callback?code=x&state=${STATE} HTTP/1.1`, `host: ${own}`])).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer()).toBeUndefined();
  const browser = get(`/callback?code=c&state=${STATE}`);
  await expect.poll(answer).toBe(`${loopback.redirectUri}?code=c&state=${STATE}`);
  loopback.finish("<img src=x onerror=alert(1)>", false);
  expect(await browser).not.toMatch(/<img/);
});

test("a state that comes back under another name is known, and one that never comes back is not waited for", async () => {
  const renamed = waiting();
  void get(`/callback?code=c&passthrough=${STATE}`).catch(() => undefined);
  await expect.poll(renamed.answer).toMatch(/passthrough/);
  await loopback.close();
  loopback = await openLoopbackRedirect();
  const stateless = waiting(true);
  void get("/callback?code=c").catch(() => undefined);
  await expect.poll(stateless.answer).toMatch(/code=c$/);
});

test("tokens are written so that their owner alone reads them, also where a link or another file is in the way", async () => {
  const file = join(folder, "acme.json");
  const target = join(folder, "real.json");
  writeFileSync(target, "{}");
  chmodSync(target, 0o664);
  symlinkSync(target, file);
  const victim = join(folder, "victim.json");
  writeFileSync(victim, "untouched");
  symlinkSync(victim, `${target}.new`);
  await keepCredential(file, { connector: "acme" }, { accessToken: "a-token-0815" });
  expect(readFileSync(file, "utf8")).toMatch(/a-token-0815/);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(victim, "utf8")).toBe("untouched");
});

test("what others say is printed so that it does nothing to a terminal", () => {
  const acting = "\u001b[31m\u0007\u009b2J\u202eevil\u2066\u061c\u2028\u200b\r";
  expect(printable(`a${acting}b\n\tc`)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}](?<![\n\t])/u);
  expect(printable("a\nb\tc – é 漢")).toBe("a\nb\tc – é 漢");
});
