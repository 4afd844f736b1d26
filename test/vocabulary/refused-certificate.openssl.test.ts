// Pins: a refused client certificate that looks like an illness and is tried again, or that leaves the outcome of a write unknown. The
// server is OpenSSL's own, which says why in TLS alerts; Node's hangs up without a word.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificatePair, type TestAuthority, testAuthority } from "../world/certificates.ts";
import { at, connect, contractOf } from "./vendor.ts";

const CONTRACT = contractOf(
  {
    read: { request: { method: "GET", url: at("/who"), decode: "text" } },
    write: { effect: "create", idempotency: "none", request: { method: "POST", url: at("/who"), body: { a: 1 } } },
  },
  { auth: { certificate: { kind: "mtls", test: { operation: "read" }, requires: ["baseUrl"] } } },
);

let authority: TestAuthority;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  authority = await testAuthority();
  folder = mkdtempSync(join(tmpdir(), "mortise-tls-"));
  const { cert, key } = await authority.server("127.0.0.1");
  for (const [name, text] of Object.entries({ "server.crt": cert, "server.key": key, "ca.crt": authority.ca }))
    writeFileSync(join(folder, name), text);
});

afterAll(async () => {
  await Promise.all(children.map((child) => new Promise((resolve) => child.once("exit", resolve).kill("SIGKILL"))));
  rmSync(folder, { recursive: true, force: true });
});

/** OpenSSL picks a free port itself and says which. */
async function openServer(version: "-tls1_2" | "-tls1_3"): Promise<{ readonly origin: string }> {
  const files = ["-cert", "server.crt", "-key", "server.key", "-CAfile", "ca.crt"];
  const args = ["s_server", "-accept", "127.0.0.1:0", ...files, "-Verify", "1", "-verify_return_error", "-www", version];
  const child = spawn("openssl", args, { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  children.push(child);
  const port = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.once("exit", () => reject(new Error(`openssl ended: ${output}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      const found = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return { origin: `https://127.0.0.1:${port}` };
}

const credentialOf = (pair: CertificatePair) => ({ certificate: pair.cert, privateKey: pair.key, ca: authority.ca });

describe.each([
  ["-tls1_2", "got"],
  ["-tls1_3", "got"],
  ["-tls1_2", "undici"],
  ["-tls1_3", "undici"],
] as const)("a server that refuses certificates with alerts (%s, over %s)", (version, transport) => {
  it("is heard: the fault is the credential's, and a write has a known outcome", async () => {
    const server = await openServer(version);
    const ended = await authority.client("ada", new Date(Date.now() - 1_000));
    const foreign = await (await testAuthority("Somebody else")).client("mallory");
    for (const pair of [ended, foreign]) {
      const { runtime, connection } = connect(CONTRACT, server, {
        transport,
        connection: { auth: "certificate", credential: credentialOf(pair) },
      });
      for (const operation of ["read", "write"]) {
        expect(await runtime.call(`vendor/${operation}`, { connection, input: {} })).toMatchObject({
          outcome: "fault",
          error: { code: "AUTH_FAILED", message: expect.stringContaining("does not accept the client certificate") },
          meta: { attempts: 1 },
        });
      }
      await runtime.close();
    }
  });

  it("takes one that it trusts", async () => {
    const server = await openServer(version);
    const credential = credentialOf(await authority.client("ada"));
    const { runtime, connection } = connect(CONTRACT, server, { transport, connection: { auth: "certificate", credential } });
    expect(await runtime.call("vendor/read", { connection, input: {} })).toMatchObject({ outcome: "success" });
    await runtime.close();
  });
});
