// Pins: tokens that end up nowhere or where others can read them, a secret of the environment written to disk, a sign-in that another page's
// request ends, and a sign-in that never ends.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MAIN = join(import.meta.dirname, "..", "src", "main.ts");
const SECRET = "secret-of-the-app-0815";

let folder: string;
let file: string;
let origin: string;
const closers: (() => unknown)[] = [];
const asked: URLSearchParams[] = [];
/** `Authorization` of the requests for tokens of OAuth 1.0a and of an installation. */
const signed: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "mortise-connect-"));
  file = join(folder, "acme.json");
  asked.length = 0;
  signed.length = 0;
  let polls = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
    const answer = (status: number, value: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const header = request.headers.authorization ?? "";
    if (request.url === "/initiate" || request.url === "/access") {
      signed.push(header);
      const token = request.url === "/initiate" ? "temporary" : "lasting";
      return response.end(`oauth_token=${token}-0001&oauth_token_secret=${token}-secret-0001&oauth_callback_confirmed=true`);
    }
    if (request.url === "/installations/77/token") {
      signed.push(header);
      return answer(201, { token: "access-token-0001" });
    }
    if (request.url === "/me") {
      const isRight = header === "Bearer access-token-0001" || header.includes('oauth_token="lasting-0001"');
      return answer(isRight ? 200 : 401, isRight ? { login: "ada" } : { error: "who" });
    }
    if (request.url === "/device")
      return answer(200, {
        device_code: "device-code-0001",
        user_code: "ABCD-EFGH",
        verification_uri: `${origin}/enter`,
        expires_in: 600,
        interval: 1,
      });
    asked.push(body);
    if (body.get("device_code") !== null && polls++ === 0) return answer(400, { error: "authorization_pending" });
    return answer(200, {
      access_token: "access-token-0001",
      refresh_token: "refresh-token-0001",
      expires_in: 3_600,
      scope: "read write",
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeConnector();
});

afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

function writeConnector(): void {
  const common = { test: { operation: "whoAmI" }, label: { $text: "$" + "{output.login}" } };
  const client = { tokenUrl: `${origin}/token`, requiredScopes: ["read"], expiry: { from: "expires_in" } };
  const contract = {
    format: "mortise.contract/1",
    name: "acme",
    version: "1.0.0",
    title: "Acme",
    publisher: "acme",
    hosts: ["127.0.0.1"],
    settings: { type: "object", properties: { installation: { type: "string", pattern: "^[0-9]+$" } } },
    auth: {
      person: { kind: "oauth2", grant: "authorization_code", authorizeUrl: `${origin}/authorize`, ...client, ...common },
      device: { kind: "oauth2", grant: "device_code", deviceUrl: `${origin}/device`, clientAuth: "none", ...client, ...common },
      key: { kind: "bearer", ...common },
      delivered: {
        kind: "oauth2",
        grant: "authorization_code",
        authorizeUrl: `${origin}/authorize`,
        codeFrom: { webhook: { code: "/code", state: "/state" } },
        ...client,
        ...common,
      },
      app: {
        kind: "appInstall",
        fields: {
          type: "object",
          properties: { appId: { type: "string" }, appKey: { type: "string", "x-secret": true } },
          required: ["appId", "appKey"],
        },
        installUrl: `${origin}/authorize`,
        keep: [{ setting: "installation", from: { redirect: "installation_id" } }],
        assertion: { alg: "HS256", key: "appKey", claims: { iss: { $cel: "credential.appId" } } },
        exchange: {
          name: "token",
          method: "POST",
          url: `${origin}/installations/{settings.installation}/token`,
          headers: { authorization: { $text: "Bearer $" + "{assertion}" } },
          keep: { token: { body: "/token" } },
        },
        ...common,
      },
      old: {
        kind: "oauth1",
        signature: "HMAC-SHA1",
        requestTokenUrl: `${origin}/initiate`,
        authorizeUrl: `${origin}/authorize`,
        accessTokenUrl: `${origin}/access`,
        ...common,
      },
    },
    budgets: {},
    operations: {
      whoAmI: {
        title: "Who am I",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input: { type: "object" },
        output: { type: "object", properties: { login: { type: "string" } } },
        identity: [],
        outcomes: [],
        examples: [],
        request: { method: "GET", url: { $text: `${origin}/me` } },
      },
    },
  };
  mkdirSync(join(folder, "acme"));
  writeFileSync(join(folder, "acme", "contract.json"), JSON.stringify(contract));
}

function writeConnection(auth: string, credential: object): void {
  writeFileSync(file, JSON.stringify({ connector: "acme", auth, credential }));
  chmodSync(file, 0o644);
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: Promise<string>;
  /** All of stderr, once the pattern is in it. */
  readonly heard: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Runs the command; `said` resolves to what `pattern` finds on stderr. */
function run(args: readonly string[], pattern = /$^/): Running {
  const child = spawn(process.execPath, [MAIN, "connect", join(folder, "acme"), "--allow-egress", origin, ...args], {
    cwd: folder,
    env: { ...process.env, ACME_SECRET: SECRET },
  });
  closers.push(() => child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  const ended = new Promise<Awaited<Running["ended"]>>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  const said = new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
      const found = pattern.exec(stderr)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("close", () => reject(new Error(`it ended first: ${stderr}`)));
  });
  said.catch(() => undefined);
  const heard = (awaited: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => awaited.test(stderr) && resolve(stderr);
      child.stderr.on("data", look);
      look();
    });
  return { child, said, heard, ended };
}

const written = () => JSON.parse(readFileSync(file, "utf8")) as { readonly credential: { readonly [field: string]: unknown } };

describe("mortise connect", () => {
  it("signs in in the browser, keeps the tokens in the file for its owner alone, and says as whom", async () => {
    writeConnection("person", { clientId: "app", clientSecret: { $env: "ACME_SECRET" }, refreshToken: "an-older-one" });
    const running = run(["--connection", file, "--scopes", "write", "--json"], /(http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+)/);
    const url = new URL(await running.said);
    expect(url.searchParams.get("scope")).toBe("read write");
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    const back = `${url.searchParams.get("redirect_uri")}`;
    const stranger = await fetch(`${back}?code=evil&state=another`);
    expect(stranger.status).toBe(400);
    const page = await fetch(`${back}?code=good&state=${url.searchParams.get("state")}`);
    expect(await page.text()).toContain("Connected");
    const { code, stdout, stderr } = await running.ended;
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, label: "ada", scopes: ["read", "write"] });
    expect(code).toBe(0);
    expect(asked[0]?.get("code")).toBe("good");
    expect(written().credential).toMatchObject({
      clientId: "app",
      clientSecret: { $env: "ACME_SECRET" },
      accessToken: "access-token-0001",
      refreshToken: "refresh-token-0001",
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const secret of [SECRET, "access-token-0001", "refresh-token-0001", "good"])
      expect(`${stdout}${stderr}`.includes(secret), secret).toBe(false);
  });

  it("signs in with a code on another device", async () => {
    writeConnection("device", { clientId: "app" });
    const running = run(["--connection", file], /enter this code within 10 min:\s+(\S+)/);
    expect(await running.said).toBe("ABCD-EFGH");
    const { code, stdout } = await running.ended;
    expect(stdout).toContain("connected as ada");
    expect(code).toBe(0);
    expect(asked).toHaveLength(2);
    expect(written().credential).toMatchObject({ accessToken: "access-token-0001" });
  });

  it("signs in with OAuth 1.0a, whose answer carries a token in place of a state", async () => {
    writeConnection("old", { consumerKey: "app", consumerSecret: { $env: "ACME_SECRET" } });
    const running = run(["--connection", file, "--json"], /(http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+)/);
    expect(new URL(await running.said).searchParams.get("oauth_token")).toBe("temporary-0001");
    const back = decodeURIComponent(/oauth_callback="([^"]+)"/.exec(signed[0] ?? "")?.[1] ?? "");
    for (const evil of ["oauth_token=another&oauth_verifier=evil", "denied=another", "state=another"])
      expect((await fetch(`${back}?${evil}`)).status, evil).toBe(400);
    const page = await fetch(`${back}?oauth_token=temporary-0001&oauth_verifier=verifier-0001`);
    expect(await page.text()).toContain("Connected");
    const { code, stdout, stderr } = await running.ended;
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, label: "ada" });
    expect(code).toBe(0);
    expect(signed[1]).toContain('oauth_verifier="verifier-0001"');
    expect(written().credential).toEqual({
      consumerKey: "app",
      consumerSecret: { $env: "ACME_SECRET" },
      token: "lasting-0001",
      tokenSecret: "lasting-secret-0001",
    });
    for (const secret of [SECRET, "lasting-0001", "lasting-secret-0001", "temporary-secret-0001"])
      expect(`${stdout}${stderr}`.includes(secret), secret).toBe(false);
  });

  it("has an app installed, and keeps which installation it is", async () => {
    writeConnection("app", { appId: "4711", appKey: { $env: "ACME_SECRET" } });
    const running = run(["--connection", file, "--json"], /(http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+)/);
    const state = new URL(await running.said).searchParams.get("state");
    const back = /It comes back to (\S+)\./;
    const [, address = ""] = back.exec(await running.heard(back)) ?? [];
    expect((await fetch(`${address}?installation_id=66&state=another`)).status).toBe(400);
    const page = await fetch(`${address}?installation_id=77&setup_action=install&state=${state}`);
    expect(await page.text()).toContain("Connected");
    const { code, stdout, stderr } = await running.ended;
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, label: "ada" });
    expect(code).toBe(0);
    expect(signed[0]).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(written().credential).toEqual({ appId: "4711", appKey: { $env: "ACME_SECRET" }, "kept.installation": "77" });
    for (const secret of [SECRET, "access-token-0001"]) expect(`${stdout}${stderr}`.includes(secret), secret).toBe(false);
  });

  it("gives up after a while, and leaves the file as it was", async () => {
    writeConnection("person", { clientId: "app", clientSecret: SECRET });
    const before = readFileSync(file, "utf8");
    const { code, stdout } = await run(["--connection", file, "--timeout", "1", "--json"]).ended;
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "DEADLINE_EXCEEDED" } });
    expect(code).toBe(1);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("says that the person said no, in the terminal and in the browser", async () => {
    writeConnection("person", { clientId: "app", clientSecret: SECRET });
    const running = run(["--connection", file, "--json"], /(http:\/\/127\.0\.0\.1:\d+\/authorize\?\S+)/);
    const url = new URL(await running.said);
    const query = `error=access_denied&error_description=Not+today&state=${url.searchParams.get("state")}`;
    const page = await fetch(`${url.searchParams.get("redirect_uri")}?${query}`);
    expect(await page.text()).toContain("Not connected");
    const { code, stdout } = await running.ended;
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "AUTH_FAILED", message: expect.stringContaining("Not today") },
    });
    expect(code).toBe(1);
  });

  it("says where to connect what is delivered to an address, which this machine has none of", async () => {
    writeConnection("delivered", { clientId: "app", clientSecret: SECRET });
    const { code, stdout } = await run(["--connection", file, "--json"]).ended;
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "USAGE", remedy: expect.stringContaining("publicUrl") },
    });
    expect(code).toBe(2);
  });

  it("tests a way to sign in that needs nobody", async () => {
    writeConnection("key", { token: "access-token-0001" });
    expect(await run(["--connection", file]).ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("connected as ada"),
    });
    writeConnection("key", { token: "access-token-9999" });
    expect(await run(["--connection", file]).ended).toMatchObject({ code: 1 });
  });

  it("says what to write into a file that is not there", async () => {
    const { code, stdout } = await run(["--connection", join(folder, "none.json"), "--json"]).ended;
    const { error } = JSON.parse(stdout) as { readonly error: { readonly code: string; readonly remedy: string } };
    expect(code).toBe(2);
    expect(error.code).toBe("UNREADABLE_FILE");
    expect(JSON.parse(error.remedy.slice(error.remedy.indexOf("{")))).toEqual({
      connector: "acme",
      auth: "person",
      credential: { clientId: "", clientSecret: { $env: "ACME_CLIENTSECRET" } },
    });
  });

  it.each([
    [["--port", "99999"], "--port"],
    [["--timeout", "soon"], "--timeout"],
  ])("refuses %j", async (flags, named) => {
    writeConnection("key", { token: "t" });
    const { code, stdout } = await run(["--connection", file, "--json", ...flags]).ended;
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "USAGE", message: expect.stringContaining(named) } });
  });
});
