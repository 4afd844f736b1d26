import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { problem, sendProblem } from "./problem.ts";
import { pagePolicy } from "./security-headers.ts";

const NONCE_PLACE = "__CSP_NONCE__";

/** Serves the built builder: hashed files for a year, its one page for every other path. */
export async function servePages(app: FastifyInstance, dist: string): Promise<void> {
  const page = readPage(join(dist, "index.html"));
  const sendPage = (reply: FastifyReply) => {
    if (page === undefined) return reply.code(503).type("text/plain").send("The builder is not built. Run: npm start\n");
    const { nonce, policy } = pagePolicy();
    return reply
      .header("content-security-policy", policy)
      .header("cache-control", "no-store")
      .type("text/html")
      .send(page.replaceAll(NONCE_PLACE, nonce));
  };
  // The plugin's own routes cannot carry an access rule, so the one route for files is ours.
  await app.register(fastifyStatic, { root: join(dist, "assets"), serve: false });
  app.get<{ Params: { "*": string } }>("/assets/*", { config: { access: "public" } }, (request, reply) =>
    reply.sendFile(request.params["*"], { immutable: true, maxAge: "365d" }),
  );
  app.get("/", { config: { access: "public" } }, async (_, reply) => sendPage(reply));
  app.setNotFoundHandler((request, reply) => {
    if (request.method === "GET" && !/^\/(api|hooks|metrics|assets|oauth)(\/|$)/.test(request.url)) return sendPage(reply);
    return sendProblem(reply, {
      ...problem("INVALID_REQUEST", `There is no ${request.method} ${request.url.split("?")[0]}.`),
      status: 404,
    });
  });
}

function readPage(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
