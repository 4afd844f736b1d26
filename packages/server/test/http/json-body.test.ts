// Pins: a small body that overflows the stack of whatever walks it, and keys that reach into prototypes.
import fastify from "fastify";
import { expect, test } from "vitest";
import { readJsonBodies } from "../../src/http/json-body.ts";
import { problemOf, sendProblem } from "../../src/http/problem.ts";

const app = fastify({ bodyLimit: 1 << 20 });
app.setErrorHandler((error, _, reply) => sendProblem(reply, problemOf(error)));
readJsonBodies(app);
app.post("/echo", async ({ body }) => body ?? "none");

const send = (payload: string, type = "application/json") =>
  app.inject({ method: "POST", url: "/echo", payload, headers: { "content-type": type } });
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

test("64 levels are read, 65 and 500,000 are refused before they are parsed", async () => {
  expect((await send(nested(64))).statusCode).toBe(200);
  for (const levels of [65, 500_000]) {
    const answer = await send(nested(levels));
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "INVALID_JSON" });
  }
  const objects = `${'{"a":'.repeat(65)}1${"}".repeat(65)}`;
  expect((await send(objects)).statusCode).toBe(400);
});

test("brackets in texts, escaped quotes among them, are not levels", async () => {
  const text = `${"[{".repeat(100)}\\" "quoted" ${"[".repeat(100)}`;
  const answer = await send(JSON.stringify({ text }));
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ text });
});

test("many siblings are not levels", async () => {
  expect((await send(JSON.stringify(Array.from({ length: 1_000 }, () => [{}])))).statusCode).toBe(200);
});

test("keys that reach into prototypes are refused", async () => {
  for (const payload of ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}']) {
    expect((await send(payload)).statusCode).toBe(400);
  }
  expect("polluted" in {}).toBe(false);
});

test("broken JSON, text cut off inside a string and another content type are the sender's faults", async () => {
  expect((await send('{"a":')).statusCode).toBe(400);
  expect((await send('{"a":"b')).statusCode).toBe(400);
  expect((await send("a=1", "application/x-www-form-urlencoded")).statusCode).toBe(415);
});

test("an empty body is none, whatever its content type says", async () => {
  const answer = await send("");
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toBe("none");
});
