// Pins R13 of the reliability scorecard: a request that is carried out twice because its answer was late, one whose answer is given to
// somebody else, and a key that is burnt by a request that did nothing. Prints what became of a hundred at once.
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, embeddedPostgres } from "@mortise/engine";
import fastify from "fastify";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptIdempotencyKeys } from "../../src/http/idempotency-key.ts";
import { type Served, serve } from "../../src/serve.ts";
import { IdempotentRequests } from "../../src/store/idempotent-requests.ts";
import type { Tables } from "../../src/store/tables.ts";
import { type Answer, type Send, script, stranger } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-idempotency-"));
let served: Served;
let send: Send;
let database: EmbeddedPostgres;
let pool: pg.Pool;
let workflow: string;

const DOCUMENT = {
  format: "mortise.workflow/1",
  name: "Once",
  trigger: { use: "manual" },
  nodes: { keep: { use: "core/map", with: { value: { $cel: "trigger" } } } },
};

beforeAll(async () => {
  served = await serve({ dataDir, port: 0 });
  send = script(served);
  database = await embeddedPostgres({ dataDir });
  pool = new pg.Pool({ ...database.connection, max: 2 });
  pool.on("error", () => {});
  workflow = (await send("POST", "/api/v1/workflows", { document: DOCUMENT })).json<{ id: string }>().id;
});
afterAll(async () => {
  await pool?.end();
  await database?.stop();
  await served?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = (key: string | undefined, input: unknown = { n: 1 }, as: Send = send): Promise<Answer> =>
  as("POST", `/api/v1/workflows/${workflow}/runs`, { input }, key === undefined ? {} : { "idempotency-key": key });
const runOf = (answer: Answer): string => answer.json<{ runId: string }>().runId;
const isReplay = ({ headers }: Answer): boolean => headers.get("idempotency-replayed") === "true";

async function runs(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from mortise.runs");
  return rows[0]?.count ?? Number.NaN;
}

/** A browser of a tenant whose session is as good as one that was signed in. */
async function sessionOf(tenant: string, name: string): Promise<Send> {
  const token = randomUUID();
  const hash = createHash("sha256").update(token).digest("hex");
  const ends = "now() + interval '1 hour'";
  await pool.query(`insert into mortise.sessions (tenant, token_hash, name, expires_at) values ($1, $2, $3, ${ends})`, [
    tenant,
    hash,
    name,
  ]);
  return stranger(served, { cookie: `mortise_session=${token}`, "x-mortise": "1" });
}

test("of a hundred requests with one key at once, one is carried out; the others wait or get its answer", async () => {
  const before = await runs();
  const answers = await Promise.all(Array.from({ length: 100 }, () => start("hundred")));
  const done = answers.filter((answer) => answer.status === 202 && !isReplay(answer));
  const replays = answers.filter(isReplay);
  const early = answers.filter(({ status }) => status === 409);
  console.info(`R13: 100 at once: ${done.length} carried out, ${replays.length} replayed, ${early.length} told to wait`);
  expect(done).toHaveLength(1);
  expect(replays.length + early.length).toBe(99);
  expect(early.every(({ headers }) => Number(headers.get("retry-after")) >= 1)).toBe(true);
  expect(await runs()).toBe(before + 1);

  const later = await start("hundred");
  expect([later.status, isReplay(later), later.text]).toEqual([202, true, done[0]?.text]);
  expect(later.headers.get("location")).toBe(`/api/v1/runs/${runOf(later)}`);
  expect(replays.every(({ status, text }) => status === 202 && text === done[0]?.text)).toBe(true);
});

test("a key with another body is refused, and with the same body in another order is the same request", async () => {
  await start("bodies", { a: 1, b: 2 });
  const other = await start("bodies", { a: 1, b: 3 });
  expect(other.status).toBe(422);
  expect(other.json()).toMatchObject({ code: "INVALID_REQUEST", remedy: expect.stringContaining("new key") });
  expect(isReplay(await start("bodies", { b: 2, a: 1 }))).toBe(true);
});

test("the same key of another principal, of another tenant and without a key are requests of their own", async () => {
  const before = await runs();
  const first = await start("mine");
  const you = await start("mine", { n: 1 }, await sessionOf("default", "You"));
  const elsewhere = await start("mine", { n: 1 }, await sessionOf("other", "You"));
  const keyless = await start(undefined);
  expect([first, you, elsewhere, keyless].map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  expect(new Set([first, you, elsewhere, keyless].map(runOf)).size).toBe(4);
  expect(await runs()).toBe(before + 4);
});

test("a key is one for each route", async () => {
  await start("routes");
  const made = await send("POST", "/api/v1/workflows", { document: DOCUMENT }, { "idempotency-key": "routes" });
  expect([made.status, isReplay(made)]).toEqual([201, false]);
  const again = await send("POST", "/api/v1/workflows", { document: DOCUMENT }, { "idempotency-key": "routes" });
  expect([again.status, isReplay(again), again.text]).toEqual([201, true, made.text]);
});

test.each([
  ["a blank inside", "a b"],
  ["more than 255 characters", "k".repeat(256)],
  ["nothing", '""'],
])("a key with %s is refused", async (_, key) => {
  expect((await start(key)).status).toBe(400);
});

test("a key may stand in quotes, as structured fields write it", async () => {
  const plain = await start("quoted");
  expect([isReplay(await start('"quoted"')), runOf(await start('"quoted"'))]).toEqual([true, runOf(plain)]);
});

test("a request that was refused leaves its key free", async () => {
  const make = (document: object) => send("POST", "/api/v1/workflows", { document }, { "idempotency-key": "mended" });
  expect((await make({ ...DOCUMENT, format: "nonsense" })).status).toBe(422);
  const { name: _, ...nameless } = DOCUMENT;
  expect((await make(nameless)).status).toBe(422);
  const stranded = await stranger(served)("POST", "/api/v1/workflows", { document: DOCUMENT }, { "idempotency-key": "mended" });
  expect(stranded.status).toBe(401);
  expect((await make(DOCUMENT)).status).toBe(201);
});

const rewrite = (key: string, change: string) =>
  pool.query(`update mortise.idempotent_requests set ${change} where key_hash = $1`, [
    createHash("sha256")
      .update(JSON.stringify([key]))
      .digest("hex"),
  ]);

test("a request whose process died is told to wait while its lease holds, then taken over as the same run", async () => {
  const first = await start("crash");
  const before = await runs();
  await rewrite("crash", "status = null, body = null, lease_until = now() + interval '1 hour'");
  const early = await start("crash");
  expect([early.status, early.headers.get("retry-after")]).toEqual([409, "1"]);
  await rewrite("crash", "lease_until = now() - interval '1 second'");
  const taken = await start("crash");
  expect([taken.status, isReplay(taken), runOf(taken)]).toEqual([202, false, runOf(first)]);
  expect(await runs()).toBe(before);
});

test("a key is remembered for 72 hours, and only as a digest", async () => {
  const first = await start("lasting-key");
  await rewrite("lasting-key", "created_at = now() - interval '71 hours 59 minutes'");
  expect(isReplay(await start("lasting-key"))).toBe(true);
  await rewrite("lasting-key", "created_at = now() - interval '72 hours 1 minute'");
  const anew = await start("lasting-key");
  expect([anew.status, isReplay(anew)]).toEqual([202, false]);
  expect(runOf(anew)).not.toBe(runOf(first));
  const { rows } = await pool.query<{ text: string }>("select r::text as text from mortise.idempotent_requests r");
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter(({ text }) => text.includes("lasting-key"))).toEqual([]);
});

test("a route may ask for a key; a failure for good is kept, one that passes is carried out again as the same", async () => {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise");
  const app = fastify();
  acceptIdempotencyKeys(app, { requests: new IdempotentRequests(db), now: Date.now, log: () => {} });
  const config = { access: "public", idempotencyKey: "required" } as const;
  const ids: (string | undefined)[] = [];
  for (const status of [500, 503])
    app.post(`/${status}`, { config }, async (request, reply) => {
      ids.push(request.claim?.stableId);
      return reply.code(status).send({ times: ids.length });
    });
  const ask = (path: string, headers: Record<string, string> = {}) => app.inject({ method: "POST", url: path, headers });
  expect((await ask("/500")).statusCode).toBe(400);
  const key = { "idempotency-key": "final" };
  const [first, again] = [await ask("/500", key), await ask("/500", key)];
  expect([first.statusCode, again.statusCode, again.headers["idempotency-replayed"], again.body]).toEqual([
    500,
    500,
    "true",
    first.body,
  ]);
  await ask("/503", key);
  const third = await ask("/503", key);
  expect([third.statusCode, third.headers["idempotency-replayed"]]).toEqual([503, undefined]);
  expect(ids).toHaveLength(3);
  expect(ids[1]).toBe(ids[2]);
  await app.close();
});
