// Pins: a service that wants more than a header, and a connection to it that only its own connector could make: a client certificate, a
// digest, AWS Signature Version 4, OAuth 2.0. Each server judges by a computation of its own, and answers only what it accepts.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { type AwsSigner, awsAuthorizationOf } from "../../../test/world/aws-judge.ts";
import { testAuthority } from "../../../test/world/certificates.ts";
import http from "../src/connector.ts";

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function opened(server: Server & { closeAllConnections(): void }, scheme: "http" | "https"): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers what `accepts` says of a request: a refusal, or undefined. */
const judged = (accepts: (request: IncomingMessage, body: Buffer) => Promise<Refusal | undefined> | Refusal | undefined) =>
  (async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const refusal = await accepts(request, Buffer.concat(chunks));
    response.writeHead(refusal?.status ?? 200, { "content-type": "application/json", ...refusal?.headers });
    response.end(JSON.stringify(refusal === undefined ? { ok: true } : { error: refusal.why }));
  }) satisfies RequestListener;

interface Refusal {
  readonly status: number;
  readonly why: string;
  readonly headers?: { readonly [name: string]: string };
}

function connected(origin: string, parts: Partial<Connection>): { readonly runtime: Runtime; readonly connection: Connection } {
  const runtime = createRuntime({ connectors: [http], egress: { allow: [origin] } });
  closers.push(() => runtime.close());
  return {
    runtime,
    connection: { name: "service", connector: "http@1", ...parts, settings: { baseUrl: origin, ...parts.settings } },
  };
}

describe("the http connector", () => {
  it("shows a client certificate to a server that takes no one else", async () => {
    const authority = await testAuthority();
    const server = createTlsServer(
      { ...(await authority.server("127.0.0.1")), ca: authority.ca, requestCert: true, rejectUnauthorized: true },
      judged((request) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        return subject?.CN === "mortise" ? undefined : { status: 403, why: `who is ${subject?.CN}?` };
      }),
    );
    const origin = await opened(server, "https");
    const { cert, key } = await authority.client("mortise");
    const credential = { certificate: cert, privateKey: key, ca: authority.ca };
    const { runtime, connection } = connected(origin, { auth: "certificate", credential });
    expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success" });
    const posted = await runtime.call("http/post", { connection, input: { url: "/orders", body: { n: 1 } } });
    expect(posted).toMatchObject({ outcome: "success", output: { status: 200, body: { ok: true } } });
  });

  it.each(["MD5", "SHA-256"])("answers a digest challenge (%s), also for a write", async (algorithm) => {
    const seen: string[] = [];
    const origin = await opened(createServer(judged((request) => digestRefusal(request, algorithm, seen))), "http");
    const credential = { username: "ada", password: "difference engine" };
    const { runtime, connection } = connected(origin, { auth: "digest", credential });
    expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success" });
    const posted = await runtime.call("http/post", { connection, input: { url: "/orders?a=1", body: { n: 1 } } });
    expect(posted).toMatchObject({ outcome: "success", output: { body: { ok: true } } });
    expect(seen.filter((each) => each === "challenged")).toHaveLength(1);
    const wrong = { ...connection, name: "wrong", credential: { ...credential, password: "analytical" } };
    const refused = await runtime.call("http/get", { connection: wrong, input: { url: "/" } });
    expect(refused).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
  });

  it("signs for an AWS endpoint, as AWS's own library would", async () => {
    const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
    const origin = await opened(createServer(judged((request, body) => awsRefusal(request, body, keys))), "http");
    const settings = { awsService: "execute-api", awsRegion: "eu-west-1" };
    const { runtime, connection } = connected(origin, { auth: "aws", credential: keys, settings });
    expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success" });
    for (const [operation, input] of [
      ["get", { url: "/a path/ä?z=1&a=%20b&empty=" }],
      ["post", { url: "/orders", body: { name: "Zoë" } }],
      ["delete", { url: "/orders/1" }],
    ] as const)
      expect(await runtime.call(`http/${operation}`, { connection, input })).toMatchObject({ output: { body: { ok: true } } });
    const wrong = { ...connection, credential: { ...keys, secretAccessKey: "another-secret-key-0" } };
    expect(await runtime.call("http/get", { connection: wrong, input: { url: "/" } })).toMatchObject({ outcome: "fault" });
  });

  it("fetches tokens with the client's own rights, with scopes where there are some", async () => {
    const asked: URLSearchParams[] = [];
    const origin = await opened(
      createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        response.setHeader("content-type", "application/json");
        if (request.url === "/token") {
          asked.push(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
          response.end(JSON.stringify({ access_token: `token-${asked.length}`, expires_in: 3_600 }));
          return;
        }
        response.statusCode = request.headers.authorization === `Bearer token-${asked.length}` ? 200 : 401;
        response.end(JSON.stringify({ ok: response.statusCode === 200 }));
      }),
      "http",
    );
    const credential = { clientId: "c1", clientSecret: "client-secret-1" };
    const settings = { tokenUrl: `${origin}/token` };
    const { runtime, connection } = connected(origin, { auth: "client", credential, settings });
    expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success" });
    const scoped = { ...connection, name: "scoped", settings: { ...connection.settings, scopes: "read write" } };
    expect(await runtime.testConnection(scoped)).toMatchObject({ outcome: "success" });
    expect(asked.map((each) => each.get("scope"))).toEqual([null, "read write"]);
  });
});

/** RFC 7616 §3.4, on the server's side. */
function digestRefusal(request: IncomingMessage, algorithm: string, seen: string[]): Refusal | undefined {
  const hash = (text: string) =>
    createHash(algorithm === "MD5" ? "md5" : "sha256")
      .update(text)
      .digest("hex");
  const header = request.headers.authorization ?? "";
  const of = (name: string) =>
    new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^,]*))`)
      .exec(header)
      ?.slice(1)
      .find((part) => part !== undefined) ?? "";
  const nonce = "fixed-nonce-0001";
  const ha1 = hash("ada:mortise@test:difference engine");
  const ha2 = hash(`${request.method}:${request.url}`);
  const wanted = hash([ha1, nonce, of("nc"), of("cnonce"), "auth", ha2].join(":"));
  const isRight = of("uri") === request.url && of("nonce") === nonce && of("response") === wanted && !seen.includes(of("nc"));
  if (isRight) {
    seen.push(of("nc"));
    return undefined;
  }
  seen.push(header === "" ? "challenged" : "refused");
  const challenge = `Digest realm="mortise@test", qop="auth", algorithm=${algorithm}, nonce="${nonce}", opaque="o1"`;
  return { status: 401, why: "not you", headers: { "www-authenticate": challenge } };
}

/** Signs what came with AWS's own library and compares. */
async function awsRefusal(
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer,
  credentials: AwsSigner["credentials"],
): Promise<Refusal | undefined> {
  const signer = { credentials, region: "eu-west-1", service: "execute-api" };
  const wanted = await awsAuthorizationOf({ method, target: url, headers, body }, signer);
  return wanted === headers.authorization ? undefined : { status: 403, why: "SignatureDoesNotMatch" };
}
