// Pins: an example that people copy and that does not run.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, get as httpGet, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildApp } from "./examples/fastify-app.ts";
import { lookAround } from "./examples/in-typescript.ts";

const SFO = { code: "SFO", city: "San Francisco" };

let vendor: Server;
let origin: string;
/** Requests that the vendor got, and how it answers those for `/airports/SLOW`: not at all. */
let asked: string[];
let slow: ServerResponse[];

beforeEach(async () => {
  asked = [];
  slow = [];
  vendor = createServer((request, response) => {
    const { url = "" } = request;
    asked.push(url);
    const answer = (body: unknown, status = 200): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (url === "/airports/SLOW") slow.push(response);
    else if (url === "/airports/SFO") answer(SFO);
    else if (url === "/airports") answer({ items: [SFO], next: "SFO" });
    else if (url === "/airports?after=SFO") answer({ items: [{ code: "OAK", city: "Oakland" }] });
    else answer({ message: "There is no such airport." }, 404);
  }).listen(0, "127.0.0.1");
  await once(vendor, "listening");
  origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vendor.closeAllConnections();
  await new Promise((resolve) => vendor.close(resolve));
});

it("a plain script prints what it read, or why it could not", async () => {
  const script = join(import.meta.dirname, "examples", "plain-script.mjs");
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [script, origin]);
  expect(JSON.parse(stdout)).toEqual(SFO);
  await expect(run(process.execPath, [script, `${origin}/nowhere`])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("There is no such airport."),
  });
});

it("ESM TypeScript calls a connector of its own, and reads a list in pages", async () => {
  const elsewhere = { "https://api.airports.example": origin };
  expect(await lookAround({ host: "api.airports.example", key: "k-12345678", elsewhere })).toEqual({
    city: "San Francisco",
    codes: ["SFO", "OAK"],
  });
});

it("a Fastify app answers with what the vendor says, in the statuses of its own callers", async () => {
  const app = buildApp(origin);
  try {
    const found = await app.inject("/airports/SFO");
    expect([found.statusCode, found.json()]).toEqual([200, SFO]);
    const missing = await app.inject("/airports/XXX");
    expect([missing.statusCode, missing.json().code]).toEqual([422, "NOT_FOUND"]);
  } finally {
    await app.close();
  }
});

it("a Fastify app ends the call of a caller that hung up", async () => {
  const app = buildApp(origin);
  try {
    const request = httpGet(`${await app.listen({ port: 0, host: "127.0.0.1" })}/airports/SLOW`);
    request.on("error", () => undefined);
    await expect.poll(() => slow.length).toBe(1);
    const ended = once(slow[0]?.req.socket ?? vendor, "close");
    request.destroy();
    await ended;
    expect(asked).toEqual(["/airports/SLOW"]);
  } finally {
    await app.close();
  }
});
