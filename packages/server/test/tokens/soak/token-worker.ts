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

/** What the process is told. */
export type WorkerOrder = { readonly kind: "stop" } | { readonly kind: "visit-all" };

/** What the process says. `given`: tokens that somebody got; `asked`: requests that it sent. */
export type WorkerWord =
  | { readonly kind: "ready" }
  | { readonly kind: "visited" }
  | {
      readonly kind: "stopped";
      readonly given: number;
      readonly asked: number;
      readonly refused: readonly string[];
      readonly odd: readonly string[];
      readonly cpuMs: number;
    };

const [connection = "", dataDir = "", origin = "", names = "0", target = "0"] = process.argv.slice(2);
const CONNECTIONS = Number(names);
const TARGET = Number(target);
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
let given = 0;
let asked = 0;
let total = 0;
let isStopping = false;

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

const nameOf = (index: number) => `connection${index}`;
const loops = Array.from({ length: AT_ONCE }, async () => {
  while (!isStopping && total < TARGET) {
    const name = nameOf(Math.floor(Math.random() * CONNECTIONS));
    if (refused.has(name)) await new Promise((resolve) => setImmediate(resolve));
    else await ask(name);
  }
});

process.on("message", async ({ kind }: WorkerOrder) => {
  isStopping = true;
  await Promise.all(loops);
  if (kind === "visit-all") {
    for (let index = 0; index < CONNECTIONS; index++) if (!refused.has(nameOf(index))) await ask(nameOf(index));
    await health.settled();
    return say({ kind: "visited" });
  }
  await health.settled();
  await leases.close();
  await pool.end();
  const cpu = process.cpuUsage(begun);
  say({ kind: "stopped", given, asked, refused: [...refused], odd, cpuMs: cpu.user / 1_000 + cpu.system / 1_000 });
  process.disconnect();
});
process.once("disconnect", () => process.exit());
const begun = process.cpuUsage();
say({ kind: "ready" });
