// Pins: a server that does not start once the builder is built, and pages under a policy that lets foreign scripts in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance } from "fastify";
import { afterAll, expect, test } from "vitest";
import { guardRoutes } from "../../src/http/access.ts";
import { servePages } from "../../src/http/pages.ts";
import { securityHeaders } from "../../src/http/security-headers.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-pages-"));
const dist = join(folder, "dist");
mkdirSync(join(dist, "assets"), { recursive: true });
writeFileSync(join(folder, "secret.txt"), "not for the network");
writeFileSync(join(dist, "index.html"), '<style nonce="__CSP_NONCE__"></style>');
writeFileSync(join(dist, "assets", "index-a1b2.js"), "export const one = 1;");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serving(pages: string): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(cookie);
  securityHeaders(app);
  guardRoutes(app, { hosts: ["127.0.0.1"], findSession: async () => undefined, isApiToken: () => false });
  await servePages(app, pages);
  return app;
}

const get = (app: FastifyInstance, url: string) => app.inject({ url, headers: { host: "127.0.0.1:4400" } });

test("the page answers on every path of its own, each time with another nonce that its policy names", async () => {
  const app = await serving(dist);
  const [first, second] = [await get(app, "/"), await get(app, "/workflows/bird-strikes")];
  const nonces = [first, second].map((answer) => {
    const nonce = /nonce="([^"]+)"/.exec(answer.body)?.[1] ?? "";
    const policy = String(answer.headers["content-security-policy"]);
    expect(policy).toContain(`'nonce-${nonce}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("unsafe");
    expect(answer.headers["cache-control"]).toBe("no-store");
    return nonce;
  });
  expect(new Set(nonces).size).toBe(2);
  await app.close();
});

test("hashed files may be kept for a year, and nothing outside their folder is served", async () => {
  const app = await serving(dist);
  const file = await get(app, "/assets/index-a1b2.js");
  expect(file.statusCode).toBe(200);
  expect(file.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(file.headers["x-content-type-options"]).toBe("nosniff");
  expect((await get(app, "/assets/missing.js")).statusCode).toBe(404);
  for (const url of ["/assets/..%2f..%2fsecret.txt", "/assets/..%2findex.html", "/assets/%252e%252e%252fsecret.txt"]) {
    const answer = await get(app, url);
    expect(answer.statusCode, url).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain("not for the network");
  }
  await app.close();
});

test("an unknown API path is a problem document, with the builder built and without", async () => {
  for (const pages of [dist, join(folder, "none")]) {
    const app = await serving(pages);
    const answer = await get(app, "/api/v1/nothing");
    expect(answer.statusCode).toBe(404);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    await app.close();
  }
});

test("without a built builder the server starts and says how to build it", async () => {
  const app = await serving(join(folder, "none"));
  const answer = await get(app, "/workflows");
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain("npm start");
  await app.close();
});

test("a route without an access rule does not come into being", async () => {
  const app = await serving(dist);
  expect(() => app.get("/forgotten", async () => "open")).toThrow(/no access rule/);
  await app.close();
});
