import type { PlainCredential } from "@mortise/auth";
import type { CallResult, Contract, Json, JsonObject, OAuth2Scheme, Operation, SingleAuthScheme } from "@mortise/contract";
import type { AuthorizationRequest, Connection, Runtime, RuntimeOptions } from "@mortise/runtime";
import { onTestFinished } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen, type Vendor } from "../vocabulary/vendor.ts";

export type Params = { readonly [name: string]: string };

/** What a provider does; what is not said it does as the standard has it. */
export interface Script {
  /** Parameters that the browser is sent back with. Absent: `code` and `state`. */
  readonly redirect?: (asked: Params) => Params;
  /** The token endpoint's answer; `count` is 1 for the first request. Absent: tokens that are good for an hour. */
  readonly token?: (params: Params, seen: Seen, count: number) => Json | Answer;
  /** The API's answer. Absent: 200. */
  readonly api?: (seen: Seen) => Answer;
  /** Any further path. */
  readonly at?: { readonly [path: string]: (params: Params, seen: Seen) => Json | Answer };
}

/** What a test changes. */
export interface ProviderOptions {
  readonly script?: Script;
  readonly settings?: Contract["settings"];
  /** Of the connection, besides `baseUrl`. */
  readonly values?: JsonObject;
  readonly credential?: PlainCredential;
  readonly operations?: { readonly [name: string]: Partial<Operation> };
  readonly hosts?: readonly string[];
  readonly runtime?: Partial<RuntimeOptions>;
}

/** A provider, a connector for it and one connection that is stored. */
export interface Provider {
  readonly vendor: Vendor;
  readonly runtime: Runtime;
  readonly clock: { nowMs: number };
  /** The connection as it is stored now. */
  readonly stored: () => Connection;
  readonly store: (credential: PlainCredential) => void;
  /** Connects as a person does with a browser, and stores what came. */
  readonly signIn: (ask?: Partial<AuthorizationRequest>) => Promise<PlainCredential>;
  readonly call: (operation?: string, input?: JsonObject) => Promise<CallResult>;
  /** Parameters of the requests to a path, in order: of the query, and of a body in whatever form. */
  readonly asked: (path: string) => readonly Params[];
  readonly seen: (path: string) => readonly Seen[];
}

export const REDIRECT_URI = "https://mortise.example/connect/callback";
export const NOW_MS = 1_800_000_000_000;
export const HOUR_MS = 3_600_000;

/** Opens a provider for one scheme and a runtime with a connection to it. Everything is closed with the test. */
export async function openProvider(scheme: SingleAuthScheme, options: ProviderOptions = {}): Promise<Provider> {
  const { script = {}, settings, values = {}, operations = {}, hosts } = options;
  let tokens = 0;
  const vendor = await openVendor((seen): Answer => {
    const own = script.at?.[seen.path];
    if (own !== undefined) return answerOf(own(paramsOf(seen), seen));
    if (seen.path === "/authorize") return sendBack(script, paramsOf(seen));
    if (seen.path === "/token") {
      const count = ++tokens;
      return answerOf(script.token?.(paramsOf(seen), seen, count) ?? tokenAnswer(count));
    }
    return script.api?.(seen) ?? { body: { id: "7" } };
  });
  onTestFinished(vendor.close);
  const clock = { nowMs: NOW_MS };
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me") } }, ...operations },
    { auth: { login: scheme }, ...(settings === undefined ? {} : { settings }), ...(hosts === undefined ? {} : { hosts }) },
  );
  let current: Connection;
  const { runtime, connection } = connect(contract, vendor, {
    connection: { settings: values, credential: options.credential ?? { clientId: "app", clientSecret: "secret-of-the-app" } },
    connections: async () => current,
    credentialStore: {
      save: async (_name, _tenant, credential) => {
        current = { ...current, credential };
      },
    },
    clock: { now: () => clock.nowMs, sleep: async () => undefined },
    ...options.runtime,
  });
  current = connection;
  onTestFinished(() => runtime.close());
  const seen = (path: string) => vendor.seen.filter((each) => each.path === path);
  const store = (credential: PlainCredential) => {
    current = { ...current, credential };
  };
  return {
    vendor,
    runtime,
    clock,
    stored: () => current,
    store,
    signIn: async (ask = {}) => {
      const start = await runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT_URI, ...ask });
      const { state, codeVerifier, scopes, client } = start;
      const callbackUrl = await browse(start.url);
      const kept = { connection: "main", redirectUri: REDIRECT_URI, state, codeVerifier, scopes, client };
      const credential = await runtime.finishAuthorization({ ...kept, callbackUrl });
      store(credential);
      return credential;
    },
    call: (operation = "whoAmI", input = {}) => runtime.call(`vendor/${operation}`, { connection: "main", input }),
    asked: (path) => seen(path).map(paramsOf),
    seen,
  };
}

/** An OAuth 2.0 scheme of a standard provider, and what is quirky about it. */
export function oauth2(parts: Partial<OAuth2Scheme> & Partial<SingleAuthScheme> = {}): OAuth2Scheme & SingleAuthScheme {
  return {
    kind: "oauth2",
    grant: "authorization_code",
    authorizeUrl: "{settings.baseUrl}/authorize",
    tokenUrl: "{settings.baseUrl}/token",
    requires: ["baseUrl"],
    test: { operation: "whoAmI" },
    ...parts,
  } as OAuth2Scheme & SingleAuthScheme;
}

/** Tokens as most providers give them. */
export function tokenAnswer(count: number, parts: JsonObject = {}): JsonObject {
  return {
    access_token: `token-number-${count}`,
    refresh_token: `refresh-number-${count}`,
    expires_in: 3600,
    token_type: "bearer",
    ...parts,
  };
}

/** What a browser comes back with: it follows the redirect of the provider's page, which reads a fragment by itself. */
export async function browse(url: URL): Promise<string> {
  const asked = new URL(url);
  const [, fragment = ""] = /^#[^?]*\?(.*)$/s.exec(asked.hash) ?? [];
  if (fragment !== "") asked.search = fragment;
  asked.hash = "";
  const response = await fetch(asked, { redirect: "manual" });
  await response.arrayBuffer();
  const back = response.headers.get("location");
  if (back === null) throw new Error(`The provider did not send the browser back (${response.status}).`);
  return back;
}

function sendBack({ redirect }: Script, asked: Params): Answer {
  const back = new URL(asked.redirect_uri ?? asked.redirect_url ?? REDIRECT_URI);
  const said = redirect?.(asked) ?? { code: "the-code-of-this-consent", state: asked.state ?? "" };
  for (const [name, value] of Object.entries(said)) back.searchParams.set(name, value);
  return { status: 302, headers: { location: back.href } };
}

function answerOf(said: Json | Answer): Answer {
  return typeof said === "object" && said !== null && ("status" in said || "body" in said || "headers" in said)
    ? (said as Answer)
    : { body: said as Json };
}

function paramsOf({ query, body, headers }: Seen): Params {
  const text = body.toString("utf8");
  const type = headers["content-type"] ?? "";
  const own = type.startsWith("application/json")
    ? (JSON.parse(text) as Params)
    : Object.fromEntries(new URLSearchParams(type.includes("form") ? text : ""));
  return { ...Object.fromEntries(query), ...own };
}
