import { createHash } from "node:crypto";
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestAuthority } from "../../world/certificates.ts";
import type { CanaryLedger } from "./ledger.ts";

/** What the vendor was sent. */
export interface Asked {
  readonly owner: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly query: URLSearchParams;
  readonly body: string;
  readonly target: string;
}

/** A vendor on loopback that repeats everything it knows, wherever an answer has room for it. */
export interface HostileVendor {
  readonly origin: string;
  /** The same over TLS, which asks for client certificates. */
  readonly tlsOrigin: string;
  readonly seen: Asked[];
  /** What the token endpoint of an owner says instead of giving tokens: a word of RFC 6749 §5.2, or a status. */
  readonly refusals: Map<string, string | number>;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string | readonly string[] };
  readonly body: string | Buffer;
}

const JSON_TYPE = { "content-type": "application/json" };
const json = (value: unknown, status = 200, headers: Reply["headers"] = {}): Reply => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(value),
});

/** Starts one. */
export async function startHostileVendor(ledger: CanaryLedger, authority: TestAuthority): Promise<HostileVendor> {
  const seen: Asked[] = [];
  const refusals: HostileVendor["refusals"] = new Map();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.url ?? "/";
    const { pathname, searchParams } = new URL(target, "http://vendor");
    const [, , owner = "", ...rest] = pathname.split("/");
    const asked: Asked = {
      owner,
      path: rest.join("/"),
      headers: request.headers,
      query: searchParams,
      body: Buffer.concat(chunks).toString("utf8"),
      target,
    };
    seen.push(asked);
    notice(asked, ledger);
    if (asked.path === "api/hangs") return;
    if (asked.path === "api/resets") {
      response.writeHead(200, { "content-length": "10000", "x-echo": headerText(known(asked, ledger).join(" ")) });
      response.write(known(asked, ledger).join("\n").slice(0, 2_000), () => response.destroy());
      return;
    }
    const reply = replyTo(asked, ledger, refusals, seen.length, `${request.headers.host}`);
    response.writeHead(reply.status, reply.headers as Record<string, string | string[]>);
    response.end(reply.body);
  };
  const handler = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response).catch(() => response.destroy());
  const pair = await authority.server("127.0.0.1", "localhost");
  const http = createHttp({ maxHeaderSize: 64 * 1_024 }, handler);
  const https = createHttps(
    { ...pair, ca: authority.ca, requestCert: true, rejectUnauthorized: false, maxHeaderSize: 64 * 1_024 },
    handler,
  );
  for (const server of [http, https]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server: typeof http) => (server.address() as AddressInfo).port;
  return {
    origin: `http://127.0.0.1:${port(http)}`,
    tlsOrigin: `https://127.0.0.1:${port(https as never)}`,
    seen,
    refusals,
    close: async () => {
      for (const server of [http, https]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Secrets that Mortise makes itself are canaries from the moment that the vendor has them. */
function notice({ owner, headers, body, query }: Asked, ledger: CanaryLedger): void {
  const form = new URLSearchParams(body.startsWith("{") ? "" : body);
  const verifier = form.get("code_verifier");
  if (verifier !== null) ledger.witness(owner, "codeVerifier", verifier, verifier);
  const texts = [headers.authorization, headers.dpop, form.get("client_assertion"), form.get("assertion"), query.get("jwt")];
  for (const text of texts) {
    const signature = /eyJ[\w-]+\.[\w-]+\.([\w-]{20,})/.exec(String(text))?.[1];
    if (signature !== undefined) ledger.witness(owner, "jwtSignature", String(text), signature.slice(0, 40));
  }
  const shown = `${headers.authorization ?? ""} ${headers["x-signature"] ?? ""} ${query.get("sig") ?? ""}`;
  const signature = /(?:Signature=|oauth_signature="|response="|^ )([\w%+/=-]{24,})/.exec(shown)?.[1];
  if (signature !== undefined) ledger.witness(owner, "signature", signature, signature.slice(0, 40));
}

/** What tokens were given for is of no use afterwards, and nobody knows it any more. */
const isSpent = (path: string, name: string): boolean =>
  !path.endsWith("token") && /\.(?:code|deviceCode|stepTicket|stepNonce)$|^codeAfter\.accessToken$/.test(name);

/** All that a vendor knows of a caller: what it was sent, decoded where it can be, and the secrets that both sides have. */
function known(asked: Asked, ledger: CanaryLedger): readonly string[] {
  const { owner, headers, body, target } = asked;
  const pair = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
  const payload = /eyJ[\w-]+\.([\w-]+)\./.exec(`${headers.authorization} ${target} ${body}`)?.[1];
  return [
    ...ledger.current(owner, (name) => !isSpent(asked.path, name)),
    ...(pair === undefined ? [] : [Buffer.from(pair, "base64").toString("utf8"), pair]),
    ...(payload === undefined ? [] : [Buffer.from(payload, "base64url").toString("utf8")]),
    headers.authorization ?? "",
    headers.cookie ?? "",
    target,
    body,
  ].filter((text) => text !== "");
}

const htmlOf = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const linesOf = (text: string, width: number, end = "\n"): string =>
  text.match(new RegExp(`[^]{1,${width}}`, "g"))?.join(end) ?? "";
const in64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const inHex = (text: string): string => Buffer.from(text, "utf8").toString("hex");
const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The ways in which a careless system writes what it was sent. */
const WAYS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(text).replaceAll(/%../g, (byte) => byte.toLowerCase()),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  encodeURI,
  (text) => new URLSearchParams({ s: text }).toString().slice(2),
  in64,
  (text) => Buffer.from(text, "utf8").toString("base64url"),
  (text) => in64(`ada:${text}`),
  (text) => in64(`{"key":${JSON.stringify(text)}}`),
  (text) => in64(`id=ada&secret=${encodeURIComponent(text)}`),
  inHex,
  (text) => inHex(text).toUpperCase(),
  quoted,
  (text) => quoted(text).replaceAll("/", "\\/"),
  (text) => quoted(quoted(text)),
  (text) => htmlOf(text).replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
  (text) => htmlOf(text).replaceAll('"', "&#34;").replaceAll("'", "&#x27;"),
  (text) => htmlOf(text).replaceAll('"', "&quot;").replaceAll("'", "&apos;"),
  htmlOf,
  (text) => linesOf(in64(text), 16),
  (text) => linesOf(in64(`user@example.com:${text}`), 20, "\r\n  "),
  (text) => linesOf(text, 9),
  (text) => linesOf(inHex(text), 32, "\n\t"),
];
const SPELLINGS = WAYS.length;
const spelling = (text: string, way: number): string => WAYS[way]?.(text) ?? text;

const headerText = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, " ").slice(0, 3_000);

const ECHOES = 60;

/** What it knows, in every spelling; each answer goes on where the one before stopped, as what is long is cut. */
function echoes(asked: Asked, ledger: CanaryLedger, turn: number): readonly string[] {
  const all = known(asked, ledger);
  const each = all.length * SPELLINGS;
  return Array.from({ length: ECHOES }, (_, n) => {
    const at = (turn * ECHOES + n) % each;
    return spelling(all[at % all.length] ?? "", Math.floor(at / all.length));
  });
}

function replyTo(asked: Asked, ledger: CanaryLedger, refusals: HostileVendor["refusals"], turn: number, host: string): Reply {
  const said = echoes(asked, ledger, turn);
  const first = said.slice(0, 12);
  const base = `/v/${asked.owner}`;
  const headers = {
    "x-echo": headerText(first.join(" ")),
    "x-debug-request": headerText(`${asked.target} ${JSON.stringify(asked.headers)}`),
    "set-cookie": [
      `last=${encodeURIComponent(first[0] ?? "")}; Path=/`,
      `raw=${headerText(first[1] ?? "").replaceAll(/[;,]/g, "")}`,
    ],
  };
  const word = refusals.get(asked.owner);
  const issue = (name: string) => ledger.mint(asked.owner, name, asked.path === "sts" ? "plain" : "odd");
  switch (asked.path) {
    case "token":
    case "op/token":
      return word === undefined ? tokens(asked, issue) : refusedToken(word, said, headers);
    case "login":
      if (word !== undefined) return refusedToken(word, said, headers);
      return json({ token: issue("session"), account: "acme" }, 200, {
        "x-new-session": issue("headerSession"),
        "set-cookie": [`other=1; Path=/`, `sess=${issue("cookieSession")}; Path=/; HttpOnly`],
      });
    case "install":
      return word === undefined
        ? json({ token: issue("installation"), expires_at: new Date(Date.now() + 3_600_000).toISOString() }, 201)
        : refusedToken(word, said, headers);
    case "sts":
      return word === undefined
        ? roleKeys(issue)
        : {
            status: 403,
            headers: { "content-type": "text/xml" },
            body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${xml(first.join(" "))}</Message></Error></ErrorResponse>`,
          };
    case "device":
      return json({
        device_code: issue("deviceCode"),
        user_code: "WDJB-MJHT",
        verification_uri: `http://${host}/device`,
        expires_in: 600,
        interval: 1,
      });
    case "authorize":
    case "op/authorize": {
      const back = new URL(asked.query.get("redirect_uri") ?? "http://127.0.0.1/");
      const answer: Record<string, string> =
        word === undefined ? { code: issue("code") } : { error: String(word), error_description: first.join(" ") };
      back.search = String(
        new URLSearchParams({ ...answer, state: asked.query.get("state") ?? "", iss: `http://${host}${base}/op` }),
      );
      return { status: 302, headers: { location: back.href }, body: "" };
    }
    case "register":
      return json(
        {
          client_id: "registered-visible",
          client_secret: issue("registeredSecret"),
          registration_access_token: issue("registrationToken"),
          registration_client_uri: `http://${host}${base}/register`,
        },
        201,
      );
    case "revoke":
      return refusals.has(asked.owner) ? refusedToken(word ?? 400, said, headers) : json({});
    case "op/.well-known/openid-configuration": {
      const issuer = `http://${host}${base}/op`;
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        revocation_endpoint: `http://${host}${base}/revoke`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ["code"],
        authorization_response_iss_parameter_supported: true,
      });
    }
    default:
      if (asked.path.startsWith("step/")) {
        if (word !== undefined) return refusedToken(word, said, headers);
        return json({ ticket: issue("stepTicket"), token: issue("stepToken") }, 200, { "x-step-nonce": issue("stepNonce") });
      }
      return api(asked, ledger, { said, headers, base, host, turn });
  }
}

function tokens({ owner }: Asked, issue: (name: string) => string): Reply {
  return json({
    access_token: issue("accessToken"),
    refresh_token: issue("refreshToken"),
    token_type: owner.endsWith("Dpop") ? "DPoP" : "Bearer",
    expires_in: 3_600,
    account: "acme",
    // Nobody asked for it, but for one.
    ...(owner.startsWith("client") || owner === "codeSeconds"
      ? { bot: { access_token: issue("botAccess"), refresh_token: issue("botRefresh"), expires_in: 3_600 } }
      : {}),
  });
}

function roleKeys(issue: (name: string) => string): Reply {
  const fields = {
    AccessKeyId: "ASIAVISIBLE",
    SecretAccessKey: issue("roleSecret"),
    SessionToken: issue("roleSession"),
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const body = Object.entries(fields)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join("");
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<AssumeRoleResponse><AssumeRoleResult><Credentials>${body}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
}

function refusedToken(word: string | number, said: readonly string[], headers: Reply["headers"]): Reply {
  const status = typeof word === "number" ? word : 400;
  const error = typeof word === "string" ? word : (said[0] ?? "error");
  return json({ error, error_description: said.slice(0, 8).join(" "), error_uri: said[1], request: said }, status, {
    ...headers,
    "www-authenticate": `Bearer error="${error.replaceAll(/[^\x20-\x7e]|"/g, "")}", error_description="${headerText(said[2] ?? "").replaceAll('"', "'")}"`,
  });
}

interface ApiParts {
  readonly said: readonly string[];
  readonly headers: Reply["headers"] & object;
  readonly base: string;
  readonly host: string;
  readonly turn: number;
}

function api(asked: Asked, ledger: CanaryLedger, { said, headers, base, host, turn }: ApiParts): Reply {
  const echo = {
    login: `ada-visible ${said[0]}`,
    said,
    headers: asked.headers,
    target: asked.target,
    body: asked.body,
    [said[3] ?? "x"]: "a key",
  };
  const mode = asked.path.slice("api/".length);
  const challenge = digestChallenge(asked.owner, asked.headers.authorization);
  if (challenge !== undefined)
    return { status: 401, headers: { ...headers, ...JSON_TYPE, "www-authenticate": challenge }, body: JSON.stringify(echo) };
  if (/^[45]\d\d$/.test(mode))
    return json({ error: { message: `refused ${said.slice(0, 6).join(" ")}`, ...echo } }, Number(mode), {
      ...headers,
      "www-authenticate": `Bearer realm="${headerText(said[0] ?? "").replaceAll('"', "'")}"`,
    });
  switch (mode) {
    case "html":
      return {
        status: turn % 2 === 0 ? 200 : 422,
        headers: { ...headers, "content-type": "text/html" },
        body: `<html><p>${said.join("</p>\n<p>")}</p></html>`,
      };
    case "escaped": {
      const text = [...said.slice(0, 30).join(" ")].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
      return { status: 200, headers: { ...headers, ...JSON_TYPE }, body: `{"said":"${text}","padding":"${"x".repeat(70_000)}"}` };
    }
    case "large":
      return json({ padding: "x".repeat(100_000), ...echo }, 200, headers);
    case "bytes":
      return {
        status: 200,
        headers: { ...headers, "content-type": "application/octet-stream" },
        body: Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(said.join("\u0000")), Buffer.from([255])]),
      };
    case "garbage":
      return { status: 200, headers: { ...headers, ...JSON_TYPE }, body: `{"said": ${said.slice(0, 8).join(" ")}` };
    case "moved":
      return {
        status: 302,
        headers: {
          ...headers,
          location: `${base}/api/ok?${known(asked, ledger)
            .slice(0, 2)
            .map((text, n) => `k${n}=${encodeURIComponent(text)}`)
            .join("&")}`,
        },
        body: "",
      };
    case "away":
      return {
        status: 302,
        headers: { ...headers, location: `http://localhost:9/?key=${encodeURIComponent(known(asked, ledger)[0] ?? "")}` },
        body: "",
      };
    case "halves":
      return json(
        {
          halves: ledger
            .current(asked.owner, (name) => !isSpent(asked.path, name))
            .flatMap((text) => [text, in64(text)])
            .map((text) => ({ left: text.slice(0, text.length / 2), right: text.slice(text.length / 2) })),
        },
        200,
        headers,
      );
    case "items":
      return json(
        {
          items: [
            { status: 201, echo: said.slice(0, 30) },
            ...said.slice(0, 20).map((reason) => ({ status: 409, error: { reason } })),
          ],
        },
        207,
        headers,
      );
    case "shape":
      return json(
        {
          schema: {
            type: "object",
            properties: {
              [said[0] ?? "x"]: { type: "string", title: said[1], default: said[2], description: said.slice(0, 9).join(" ") },
            },
          },
        },
        200,
        headers,
      );
    case "pages":
    case "links":
    case "cursors": {
      const isLast = asked.query.has("page") || asked.query.has("after");
      const next = `${base}/api/${mode}?page=2&echo=${encodeURIComponent(said[0] ?? "")}&k=${encodeURIComponent(said[1] ?? "")}`;
      const rows = [0, 1, 2].map((n) => ({ id: said[n], name: `row ${said[n + 3]}` }));
      const link: Reply["headers"] = isLast
        ? {}
        : { link: `<http://${host}${next}>; rel="next", <http://${host}/?x=${encodeURIComponent(said[2] ?? "")}>; rel="first"` };
      return json({ rows, next: isLast ? null : mode === "cursors" ? said[0] : next }, 200, { ...headers, ...link });
    }
    default:
      return json(echo, 200, headers);
  }
}

/** The first request of a digest connection is challenged, with a nonce of the vendor. */
function digestChallenge(owner: string, authorization: string | undefined): string | undefined {
  if (!owner.startsWith("digest") || authorization !== undefined) return undefined;
  const algorithm = { digestMd5: "MD5", digestSha256: "SHA-256", digestSha512: "SHA-512-256" }[owner] ?? "MD5";
  const nonce = createHash("sha256").update(`${owner} nonce`).digest("hex");
  return `Digest realm="canary", qop="auth", algorithm=${algorithm}, nonce="${nonce}", opaque="o"`;
}

const xml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
