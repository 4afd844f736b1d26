// Pins: a certificate that is shown to another origin or by another connection; a refusal that looks like an illness and is retried, or
// that leaves the outcome of a write unknown.
import { createPrivateKey } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Connection } from "@mortise/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificatePair, type TestAuthority, testAuthority } from "../world/certificates.ts";
import { at, connect, contractOf } from "./vendor.ts";

let authority: TestAuthority;
let identity: CertificatePair;
const servers: Server[] = [];

beforeAll(async () => {
  authority = await testAuthority();
  identity = await authority.client("ada");
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const CONTRACT = contractOf(
  {
    read: { request: { method: "GET", url: at("/who") } },
    away: { request: { method: "GET", url: at("/away") } },
    write: {
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: at("/who"), body: { a: 1 } },
    },
  },
  { auth: { certificate: { kind: "mtls", test: { operation: "read" }, requires: ["baseUrl"] } } },
);

/** Answers with the name on the client's certificate; `/away` leads to another origin. */
async function openTls(options: { readonly tls: "TLSv1.2" | "TLSv1.3"; readonly asks?: boolean; readonly away?: string }) {
  const own = await authority.server("127.0.0.1");
  const seen: (string | undefined)[] = [];
  const server = createServer(
    {
      ...own,
      ca: authority.ca,
      requestCert: true,
      rejectUnauthorized: options.asks !== true,
      minVersion: options.tls,
      maxVersion: options.tls,
    },
    (request, response) => {
      const name = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
      seen.push(typeof name === "string" ? name : undefined);
      if (request.url === "/away") response.writeHead(302, { location: `${options.away}/who` }).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ name: name ?? null }));
    },
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function signedIn(pair: CertificatePair, more: { readonly [field: string]: string } = {}): Partial<Connection> {
  return { auth: "certificate", credential: { certificate: pair.cert, privateKey: pair.key, ca: authority.ca, ...more } };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a client certificate over %s", (tls) => {
  it("says who the connection is", async () => {
    const server = await openTls({ tls });
    const { runtime, connection } = connect(CONTRACT, server, { connection: signedIn(identity) });
    expect(await runtime.call("vendor/read", { connection, input: {} })).toMatchObject({ output: { name: "ada" } });
    expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success", output: { verified: true } });
    await runtime.close();
  });

  it("that the server hangs up on is named as a possible cause", async () => {
    const server = await openTls({ tls });
    const foreign = await (await testAuthority("Somebody else")).client("mallory");
    const { runtime, connection } = connect(CONTRACT, server, { connection: signedIn(foreign) });
    expect(await runtime.call("vendor/read", { connection, input: {} })).toMatchObject({
      outcome: "sick",
      error: { message: expect.stringContaining("It may not accept the client certificate.") },
    });
    expect(server.seen).toEqual([]);
    await runtime.close();
  });
});

describe("a client certificate", () => {
  it("is not shown to another origin that an answer leads to", async () => {
    const other = await openTls({ tls: "TLSv1.3", asks: true });
    const server = await openTls({ tls: "TLSv1.3", away: other.origin.replace("127.0.0.1", "localhost") });
    const away = await openTls({ tls: "TLSv1.3", asks: true });
    const { runtime, connection } = connect(CONTRACT, server, {
      connection: signedIn(identity),
      egress: { allow: [server.origin, other.origin, away.origin] },
    });
    const direct = await runtime.call("vendor/read", { connection, input: {} });
    expect(direct).toMatchObject({ output: { name: "ada" } });
    await runtime.call("vendor/away", { connection, input: {} });
    expect(server.seen).toEqual(["ada", "ada"]);
    expect(other.seen.filter((name) => name !== undefined)).toEqual([]);
    await runtime.close();
  });

  it("belongs to its connection: two connections to one server do not share a socket", async () => {
    const server = await openTls({ tls: "TLSv1.3" });
    const { runtime, connection } = connect(CONTRACT, server, { connection: signedIn(identity) });
    const grace = { ...connection, name: "second", ...signedIn(await authority.client("grace")) };
    const names: unknown[] = [];
    for (const each of [connection, grace, connection, grace]) {
      const result = await runtime.call("vendor/read", { connection: each, input: {} });
      names.push(result.outcome === "success" ? result.output : result.error);
    }
    expect(names).toEqual([{ name: "ada" }, { name: "grace" }, { name: "ada" }, { name: "grace" }]);
    await runtime.close();
  });

  it("opens with the passphrase of an encrypted key", async () => {
    const server = await openTls({ tls: "TLSv1.3" });
    const key = createPrivateKey(identity.key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "open-sesame-42",
    });
    const locked = { cert: identity.cert, key: String(key) };
    const { runtime, connection } = connect(CONTRACT, server, { connection: signedIn(locked, { passphrase: "open-sesame-42" }) });
    expect(await runtime.call("vendor/read", { connection, input: {} })).toMatchObject({ output: { name: "ada" } });
    const wrong = { ...connection, ...signedIn(locked, { passphrase: "open-barley-43" }) };
    const refused = await runtime.call("vendor/read", { connection: wrong, input: {} });
    expect(refused).toMatchObject({
      outcome: "fault",
      error: { code: "AUTH_FAILED", message: expect.stringContaining("the passphrase does not open the private key") },
    });
    expect(JSON.stringify(refused)).not.toContain("open-barley-43");
    await runtime.close();
  });

  it.each([
    ["certificate", "not a certificate", "the certificate is not PEM"],
    ["privateKey", "not a key", "the private key is not PEM"],
    ["ca", "nobody", "the certificate authority is not PEM"],
  ])("names the part that cannot be read: %s", async (field, text, message) => {
    const server = await openTls({ tls: "TLSv1.3" });
    const { runtime, connection } = connect(CONTRACT, server, { connection: signedIn(identity, { [field]: text }) });
    const result = await runtime.call("vendor/read", { connection, input: {} });
    expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", message: expect.stringContaining(message) } });
    await runtime.close();
  });

  it("says that the key belongs to another certificate", async () => {
    const server = await openTls({ tls: "TLSv1.3" });
    const other = await authority.client("other");
    const { runtime, connection } = connect(CONTRACT, server, {
      connection: signedIn({ cert: identity.cert, key: other.key }),
    });
    expect(await runtime.call("vendor/read", { connection, input: {} })).toMatchObject({
      error: { code: "AUTH_FAILED", message: expect.stringContaining("belongs to another certificate") },
    });
    await runtime.close();
  });
});
