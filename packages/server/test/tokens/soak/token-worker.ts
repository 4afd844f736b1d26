// A process of its own: asks for the tokens of random connections over and over, as the workers of a deployment do.
import { Agent, request as send } from "node:http";
import { createRedactor, TokenKeeper, type TokenTransport, wrapCredential } from "@mortise/auth";
import type { OAuth2Scheme } from "@mortise/contract";
import { isMortiseError } from "@mortise/contract";
import pg from "pg";
import { isGone, ownIdentity, type ProcessIdentity } from "../../../../engine/src/embedded/process-identity.ts";
import { ConnectionHealthStore } from "../../../src/store/connection-health-store.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { renewedCredentials } from "../../../src/store/renewed-credentials.ts";
import { TokenLeases } from "../../../src/store/token-lease.ts";
import { openKeys } from "../../../src/vault/open-keys.ts";
import { databaseOf } from "./database-of.ts";

/** What the process is told: which connections to ask for, until the provider has renewed so many tokens in all. */
export type WorkerOrder =
  | { readonly kind: "work"; readonly prefix: string; readonly connections: number; readonly target: number }
  | { readonly kind: "rest" }
  /** Rest, after asking once for each connection. */
  | { readonly kind: "visit-all" };

/** What the process says. `given`: tokens that somebody got; `asked`: requests that it sent; `odd`: failures that no loss explains. */
export type WorkerWord =
  | { readonly kind: "ready" }
  | {
      readonly kind: "rested";
      readonly given: number;
      readonly asked: number;
      readonly refused: readonly string[];
      readonly odd: readonly string[];
      readonly cpuMs: number;
    };

const [connection = "", dataDir = "", origin = ""] = process.argv.slice(2);
const AT_ONCE = 4;

const say = (word: WorkerWord) => process.send?.(word);
const scheme: OAuth2Scheme = { kind: "oauth2", grant: "authorization_code", tokenUrl: `${origin}/token`, rotation: "single_use" };
const pool = new pg.Pool({ ...(JSON.parse(connection) as pg.PoolConfig), max: 5 });
const store = await openStore(pool, openKeys({ dataDir }), Date.now);
const own = ownIdentity();
const processes = { own, isGone: (other: ProcessIdentity) => isGone(other, own) };
const leases = new TokenLeases({ pool, connections: store.connections, tenant: "default", processes, waitMs: 60_000 });
const health = new ConnectionHealthStore({
  db: databaseOf(pool),
  tenant: "default",
  now: Date.now,
  log: (line) => odd.push(line),
});
const keeper = new TokenKeeper(Date.now, renewedCredentials(store.connections, leases), { random: Math.random, health });
const agent = new Agent({ keepAlive: true });
const odd: string[] = [];
const refused = new Set<string>();
let names: readonly string[] = [];
let given = 0;
let asked = 0;
let total = 0;
let isResting = true;
let loops: readonly Promise<void>[] = [];

const transport: TokenTransport = ({ url, headers, body }) =>
  new Promise((resolve, reject) => {
    asked++;
    const request = send(url, { method: "POST", agent, headers: { ...headers, "x-worker": String(process.pid) } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.once("end", () => {
        total = Math.max(total, Number(/"refreshes":(\d+)/.exec(text)?.[1] ?? 0));
        resolve({ status: response.statusCode ?? 0, headers: {}, body: text });
      });
      response.once("error", reject);
    });
    request.once("error", reject);
    request.end(body);
  });

async function ask(name: string): Promise<void> {
  const held = await store.connections.readCredential(name, { purpose: "call", actor: "runtime" });
  if (held === undefined) throw new Error(`no credential of ${name}`);
  const credential = wrapCredential(held.fields);
  const redactor = createRedactor(Object.values(held.fields));
  const holder = { key: name, tenant: "default", connection: name, scheme, credential, settings: {}, redactor };
  try {
    await keeper.token(holder, transport, AbortSignal.timeout(60_000));
    given++;
  } catch (error) {
    if (!isMortiseError(error) || error.code !== "AUTH_FAILED") odd.push(`${name}: ${String(error)}`);
    refused.add(name);
  }
}

async function work(target: number): Promise<void> {
  while (!isResting && total < target) {
    const open = names.filter((name) => !refused.has(name));
    const name = open[Math.floor(Math.random() * open.length)];
    if (name === undefined) return;
    await ask(name);
  }
}

let begun = process.cpuUsage();
process.on("message", async (order: WorkerOrder) => {
  if (order.kind === "work") {
    names = Array.from({ length: order.connections }, (_, index) => `${order.prefix}${index}`);
    refused.clear();
    [given, asked, isResting, begun] = [0, 0, false, process.cpuUsage()];
    loops = Array.from({ length: AT_ONCE }, () => work(order.target));
    return;
  }
  isResting = true;
  await Promise.all(loops);
  if (order.kind === "visit-all") for (const name of names) if (!refused.has(name)) await ask(name);
  await health.settled();
  const { user, system } = process.cpuUsage(begun);
  say({ kind: "rested", given, asked, refused: [...refused], odd, cpuMs: Math.round((user + system) / 1_000) });
});
process.once("disconnect", () => process.exit());
say({ kind: "ready" });
