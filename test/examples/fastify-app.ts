/** A runtime inside of a Fastify app: one for all requests, ended with the app; a caller that hangs up ends the call. */
import http from "@mortise/connector-http";
import { type Connection, createRuntime } from "@mortise/runtime";
import fastify, { type FastifyInstance } from "fastify";

/** What an outcome is for the one who asked us: their mistake, the vendor's illness, our configuration. */
const STATUS = { poison: 422, sick: 503, fault: 502, unknown: 502 } as const;

export function buildApp(baseUrl: string): FastifyInstance {
  const runtime = createRuntime({ connectors: [http], egress: { allow: [new URL(baseUrl).origin] } });
  const connection: Connection = { name: "airports", connector: "http", settings: { baseUrl, ratePerSecond: 100 } };
  const app = fastify();
  app.get<{ Params: { code: string } }>("/airports/:code", async (request, reply) => {
    const gone = new AbortController();
    request.raw.socket.once("close", () => gone.abort(new Error("The caller hung up.")));
    const result = await runtime.call("http/get", {
      connection,
      input: { url: `/airports/${encodeURIComponent(request.params.code)}` },
      signal: gone.signal,
      // Less than what the caller waits for.
      remainingMs: 10_000,
    });
    if (result.outcome === "success") return (result.output as { readonly body: unknown }).body;
    const { code, message, retryAtMs } = result.error;
    if (retryAtMs !== undefined) reply.header("retry-after", Math.max(1, Math.ceil((retryAtMs - Date.now()) / 1_000)));
    return reply.code(STATUS[result.outcome]).send({ code, message });
  });
  app.addHook("onClose", () => runtime.close());
  return app;
}
