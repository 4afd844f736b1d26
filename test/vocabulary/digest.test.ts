// Pins: a challenge that is not answered, or answered so that the server refuses it; a nonce that is asked for again and again; a wrong
// password that is tried until the account is locked; a write that takes effect twice.
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { AuthScheme } from "@mortise/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const scheme: AuthScheme = { kind: "digest", test: { operation: "whoAmI" } };
const credential = { username: "Mufasa", password: "Circle of Life" };
const contract = contractOf(
  {
    whoAmI: { request: { method: "GET", url: at("/me?full=a%20b") } },
    add: {
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: at("/things"), body: { name: { $cel: "input.name" } } },
    },
  },
  { auth: { account: scheme } },
);

function connected(origin: string, password = credential.password, username = credential.username) {
  const { runtime, connection } = connect(contract, { origin }, { connection: { credential: { username, password } } });
  onTestFinished(() => runtime.close());
  return {
    whoAmI: () => runtime.call("vendor/whoAmI", { connection, input: {} }),
    add: (name: string) => runtime.call("vendor/add", { connection, input: { name } }),
    show: () => runtime.call("vendor/whoAmI", { connection, input: {}, dryRun: true }),
  };
}

type Handler = (request: IncomingMessage & { readonly user?: string }, response: ServerResponse) => void;
interface Judge {
  check(handler: Handler): Handler;
}
const outside = createRequire(import.meta.url)("http-auth") as {
  digest(options: object, checker: (name: string, answer: (hash: string) => void) => void): Judge;
};

test.each([{}, { algorithm: "MD5-sess" }, { qop: "none" }])("the server http-auth lets it in (%o)", async (options) => {
  const judge = outside.digest({ realm: "pride rock", ...options }, (name, answer) =>
    answer(createHash("md5").update(`${name}:pride rock:${credential.password}`).digest("hex")),
  );
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    judge.check((asked, answer) => {
      answer.setHeader("content-type", "application/json").end(JSON.stringify({ user: asked.user }));
    })(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { whoAmI } = connected(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (let i = 0; i < 3; i++)
    expect(await whoAmI()).toMatchObject({ outcome: "success", output: { user: "Mufasa" }, meta: { attempts: 1 } });
  expect(requests).toBe(4);
});

/** A server that keeps to RFC 7616 and wants what a test says. */
function strict(wanted: {
  readonly algorithm?: string;
  readonly qop?: string;
  readonly userhash?: boolean;
  readonly uses?: number;
  readonly next?: boolean;
}) {
  const { algorithm = "SHA-256", qop = "auth", uses = Number.POSITIVE_INFINITY } = wanted;
  const realm = 'he said "hi"';
  let nonce = randomBytes(12).toString("base64");
  let used = 0;
  const accepted: Seen[] = [];
  const challenge = (stale: boolean): Answer => {
    nonce = randomBytes(12).toString("base64");
    used = 0;
    const fields = `realm="${realm.replaceAll('"', '\\"')}", qop="${qop}", algorithm=${algorithm}, nonce="${nonce}", opaque="op=,aque", charset=UTF-8`;
    const more = `${wanted.userhash ? ", userhash=true" : ""}${stale ? ", stale=TRUE" : ""}`;
    const headers = {
      "www-authenticate": [`Basic realm="b", Digest ${fields}${more}`, `Digest realm="weak", nonce="w", algorithm=MD5`],
    };
    return { status: 401, headers };
  };
  const answer = (request: Seen): Answer => {
    const { authorization } = request.headers;
    if (authorization === undefined) return challenge(false);
    const said = new Map(
      [...authorization.matchAll(/([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g)].map(([, name, quoted, bare]) => [
        name,
        quoted ?? bare,
      ]),
    );
    if (said.get("nonce") !== nonce || used >= uses) return challenge(true);
    const h = (text: string) => createHash(nodeName(algorithm)).update(text).digest("hex");
    const user = wanted.userhash ? h(`Jäsøn Doe:${realm}`) : "UTF-8''J%C3%A4s%C3%B8n%20Doe";
    expect(said.get(wanted.userhash ? "username" : "username*")).toBe(user);
    expect(said.get("userhash")).toBe(wanted.userhash ? "true" : undefined);
    expect(said.get("uri")).toBe(request.target);
    expect(said.get("opaque")).toBe("op=,aque");
    expect(said.get("nc")).toBe((++used).toString(16).padStart(8, "0"));
    const own = h(`Jäsøn Doe:${realm}:Secret, or not?`);
    const a1 = algorithm.endsWith("-sess") ? h(`${own}:${nonce}:${said.get("cnonce")}`) : own;
    const a2 =
      qop === "auth-int"
        ? `${request.method}:${request.target}:${h(request.body.toString())}`
        : `${request.method}:${request.target}`;
    const response = h([a1, nonce, said.get("nc"), said.get("cnonce"), qop, h(a2)].join(":"));
    if (said.get("response") !== response) return { status: 401, headers: { "www-authenticate": `Digest realm="x", nonce="y"` } };
    accepted.push(request);
    if (!wanted.next) return { body: { ok: true } };
    nonce = randomBytes(12).toString("base64");
    used = 0;
    return { headers: { "authentication-info": `nextnonce="${nonce}"` }, body: { ok: true } };
  };
  return { answer, accepted };
}

const nodeName = (algorithm: string) =>
  ({ "SHA-256": "sha256", "SHA-512-256": "sha512-256" })[algorithm.replace("-sess", "")] ?? "md5";

describe("a server that keeps to RFC 7616 lets it in", () => {
  const cases = [
    {},
    { algorithm: "SHA-256-sess" },
    { algorithm: "SHA-512-256", userhash: true },
    { qop: "auth-int" },
    { algorithm: "MD5-sess", qop: "auth-int", userhash: true },
    { next: true },
  ];
  test.each(cases)("with one challenge for all calls (%o)", async (wanted) => {
    const { answer, accepted } = strict(wanted);
    const vendor = await openVendor(answer);
    onTestFinished(vendor.close);
    const { whoAmI, add } = connected(vendor.origin, "Secret, or not?", "Jäsøn Doe");
    expect(await add("ä")).toMatchObject({ outcome: "success", meta: { attempts: 1 } });
    expect(await whoAmI()).toMatchObject({ outcome: "success" });
    expect(await add("b")).toMatchObject({ outcome: "success" });
    expect(accepted.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST {"name":"ä"}', "GET ", 'POST {"name":"b"}']);
    expect(vendor.seen).toHaveLength(4);
  });

  test("also when its nonces end, which costs one request more", async () => {
    const { answer, accepted } = strict({ uses: 2 });
    const vendor = await openVendor(answer);
    onTestFinished(vendor.close);
    const { add } = connected(vendor.origin, "Secret, or not?", "Jäsøn Doe");
    for (const name of ["a", "b", "c", "d", "e"])
      expect(await add(name)).toMatchObject({ outcome: "success", meta: { attempts: 1 } });
    expect(accepted.map(({ body }) => body.toString())).toEqual(
      ["a", "b", "c", "d", "e"].map((name) => JSON.stringify({ name })),
    );
    expect(vendor.seen).toHaveLength(8);
  });
});

test("a wrong password is tried once a call, and neither it nor what was sent is shown", async () => {
  const vendor = await openVendor(({ headers: { authorization = "" } }): Answer => {
    const headers = { "www-authenticate": `Digest realm="r", qop="auth", nonce="${randomBytes(9).toString("base64")}"` };
    return { status: 401, headers, body: { error: `you said ${authorization}` } };
  });
  onTestFinished(vendor.close);
  const { whoAmI, show } = connected(vendor.origin, "wrong pass-word 17");
  const first = await whoAmI();
  expect(first).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", status: 401 } });
  expect(vendor.seen).toHaveLength(2);
  await whoAmI();
  expect(vendor.seen).toHaveLength(4);
  const sent = /response="([0-9a-f]{32})"/.exec(vendor.seen[1]?.headers.authorization ?? "")?.[1];
  expect(sent).toBeDefined();
  expect(JSON.stringify([first, await show()])).not.toContain(sent);
  expect(JSON.stringify(first)).not.toContain("wrong pass-word 17");
});

test("Basic alone is no challenge that it answers", async () => {
  const vendor = await openVendor(() => ({ status: 401, headers: { "www-authenticate": 'Basic realm="r"' } }));
  onTestFinished(vendor.close);
  const { whoAmI } = connected(vendor.origin);
  expect(await whoAmI()).toMatchObject({ error: { code: "AUTH_FAILED" } });
  expect(vendor.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});
