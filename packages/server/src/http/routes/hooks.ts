import { isMortiseError, type Json, parseDuration } from "@mortise/contract";
import { eventId } from "@mortise/runtime";
import type { WebhookAnswer } from "@mortise/workflow";
import { findConnectorTrigger } from "@mortise/workflow";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { StoredWorkflow } from "../../store/workflow-store.ts";
import { CaptureBook } from "../../triggers/capture-book.ts";
import { runIdOf } from "../../triggers/compiled-trigger.ts";
import { HookRefusal, type HookRequest, receiveHook } from "../../triggers/receive-hook.ts";
import { jsonReader } from "../json-body.ts";
import { type Problem, problem, problemOf, sendProblem } from "../problem.ts";
import { publicOrigin } from "../public-origin.ts";
import type { RouteContext, Routes } from "./routes.ts";

const MOST_BYTES = 10 * (1 << 20);
/** When a sender that was told to wait may come again, seconds. */
const COME_BACK_S = 5;
const LONGEST_ANSWER_MS = 25_000;

/** Webhooks: a delivery that is what it says starts one run, however often it comes. */
export const hookRoutes: Routes = (app, context) => {
  const { host, triggers } = context;
  const captures = new CaptureBook();
  const readJson = jsonReader(app);

  app.register(async (scope) => {
    // A signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
    const method = ["GET", "POST", "PUT", "PATCH"];
    const config = { access: "public" } as const;
    const asked = (request: FastifyRequest): HookRequest => {
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return {
        method: request.method,
        headers: plain(request.headers),
        query: plain(request.query as Record<string, unknown>),
        rawBody,
        url: `${publicOrigin(host.deployment, request)}${request.url}`,
        read: () => bodyOf(request.headers["content-type"], rawBody, readJson),
        nowMs: host.now(),
      };
    };

    scope.route<{ Params: { "*": string } }>({
      method,
      url: "/hooks/*",
      config,
      bodyLimit: MOST_BYTES,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const path = request.params["*"];
        const live = (await host.store.workflows.findByWebhook(path)) ?? (await behindSecretPath(context, path));
        if (live === undefined)
          return sendProblem(reply, { ...problem("INVALID_REQUEST", "No active webhook answers here."), status: 404 });
        const given = asked(request);
        try {
          return live.document.trigger.use.includes("/")
            ? await takeDelivery(context, live, given, reply)
            : await takeHook(context, live, given, reply);
        } catch (error) {
          return refuse(reply, error);
        }
      },
    });

    scope.route<{ Params: { id: string } }>({
      method,
      url: "/hook-tests/:id",
      config: { ...config, rateLimit: { max: 60, timeWindow: "1 minute" } },
      bodyLimit: MOST_BYTES,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const { id } = request.params;
        const workflow = captures.isOpen(id, host.now()) ? await host.store.workflows.find(id) : undefined;
        if (workflow === undefined)
          return sendProblem(reply, { ...problem("INVALID_REQUEST", "Nobody looks at this address now."), status: 404 });
        const given = asked(request);
        const { secrets } = await triggers.secrets.read(id);
        const { method: used, headers, query, nowMs: atMs } = given;
        const seen = { atMs, method: used, headers: withoutPrivate(headers), query };
        try {
          const { payload } = receiveHook(workflow, given, secrets);
          captures.keep(id, { ...seen, body: payload.body ?? null });
        } catch (error) {
          const { status, code, detail } = refusalOf(error);
          captures.keep(id, { ...seen, body: readable(given), refused: { status, code, detail } });
        }
        return reply.code(202).send({ captured: true });
      },
    });
  });

  const signedIn = { config: { access: "signed-in" } } as const;
  app.post<{ Params: { id: string } }>("/api/v1/workflows/:id/captures", signedIn, async ({ params }) => {
    const { untilMs } = captures.open(params.id, host.now());
    return { url: `/hook-tests/${params.id}`, untilMs };
  });
  app.get<{ Params: { id: string } }>("/api/v1/workflows/:id/captures", signedIn, async ({ params }) => ({
    isOpen: captures.isOpen(params.id, host.now()),
    captures: captures.list(params.id),
  }));
};

/** A webhook of the document's own. */
async function takeHook(
  { host, triggers }: RouteContext,
  live: StoredWorkflow,
  given: HookRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const params = live.document.trigger.with ?? {};
  const secrets = params.signature === undefined ? [] : (await triggers.secrets.read(live.id)).secrets;
  const event = receiveHook(live, given, secrets);
  const withinMs = typeof params.respondWithin === "string" ? parseDuration(params.respondWithin) : undefined;
  const { traceparent } = given.headers;
  if (withinMs === undefined) {
    const [taken] = await triggers.desk.accept(live, [event], { traceparent });
    return reply.code(202).send({ runId: taken?.runId, created: taken?.isFirst === true });
  }
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(Math.min(withinMs, LONGEST_ANSWER_MS))]);
  const answered = host.answers.expect(event.runId, signal);
  try {
    const [taken] = await triggers.desk.accept(live, [event], { traceparent });
    const { runId = event.runId, isFirst = false } = taken ?? {};
    if (isFirst)
      void host.runner.result(runId).then(
        () => ending.abort(),
        () => ending.abort(),
      );
    const answer = isFirst ? await answered : undefined;
    return answer === undefined ? reply.code(202).send({ runId, created: isFirst }) : sendAnswer(reply, answer);
  } finally {
    ending.abort();
  }
}

/** A delivery of another system to a trigger of its connector. */
async function takeDelivery(
  { host, triggers, log }: RouteContext,
  live: StoredWorkflow,
  given: HookRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { use } = live.document.trigger;
  const found = findConnectorTrigger({ contract: (ref) => host.registry.get(ref)?.contract }, use);
  if (found.contract === undefined || found.trigger.kind !== "webhook")
    throw new HookRefusal(404, "INVALID_REQUEST", "No active webhook answers here.");
  const { secrets } = await triggers.secrets.read(live.id);
  const { headers, query, rawBody, nowMs, url, method } = given;
  if (method !== "POST" && method !== "GET") throw new HookRefusal(405, "INVALID_REQUEST", "This webhook takes POST.");
  const result = host.runtime.receiveWebhook(use, { headers, query, rawBody, nowMs, url, secret: secrets });
  if (result.kind === "challenge") return reply.type(result.answer.contentType).send(result.answer.body);
  if (result.kind === "refused") throw new HookRefusal(401, "AUTH_FAILED", result.reason);
  if (result.kind === "ignored") return reply.code(202).send({ ignored: result.reason });
  if (result.invalid.length > 0) log(`"${live.document.name}": ${result.invalid.length} events do not fit what ${use} promises.`);
  if (result.events.length === 0)
    throw new HookRefusal(422, "INVALID_INPUT", "No event in it fits the trigger.", result.invalid[0]?.diagnostics);
  const events = result.events.map((event) => {
    const id = eventId(found.trigger, event);
    return { runId: runIdOf("event", live.id, id), marks: [`event:${id}`], payload: { body: event } };
  });
  const accepted = await triggers.desk.accept(live, events, { delivery: result.delivery.ids });
  return reply.code(202).send({ runs: accepted.map(({ runId, isFirst }) => ({ runId, created: isFirst })) });
}

async function behindSecretPath({ host, triggers }: RouteContext, path: string): Promise<StoredWorkflow | undefined> {
  const id = /^[A-Za-z0-9_-]{32}$/.test(path) ? await triggers.secrets.findByPath(path) : undefined;
  const live = id === undefined ? undefined : await host.store.workflows.findLive(id);
  const { use, with: params } = live?.document.trigger ?? {};
  return use?.includes("/") || (use === "webhook" && params?.secretPath === true) ? live : undefined;
}

function sendAnswer(reply: FastifyReply, { status, headers, body }: WebhookAnswer): FastifyReply {
  reply.code(status).headers(headers);
  if (body === undefined) return reply.send();
  if (typeof body === "string")
    return (reply.hasHeader("content-type") ? reply : reply.type("text/plain; charset=utf-8")).send(body);
  return (reply.hasHeader("content-type") ? reply : reply.type("application/json; charset=utf-8")).send(JSON.stringify(body));
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const found = refusalOf(error);
  if (found.status === 429 || found.status === 503) reply.header("retry-after", String(COME_BACK_S));
  return sendProblem(reply, found);
}

function refusalOf(error: unknown): Problem {
  if (error instanceof HookRefusal) {
    const { code, message, status, diagnostics } = error;
    return { ...problem(code, message, diagnostics.length > 0 ? { diagnostics } : {}), status };
  }
  // The queue of this one trigger is full; the deployment as a whole has room.
  if (isMortiseError(error) && error.code === "OVERLOADED") return { ...problemOf(error), status: 429 };
  if (isMortiseError(error) || (error as { readonly statusCode?: number }).statusCode !== undefined) return problemOf(error);
  throw error;
}

/** A form as an object, JSON as what it says, anything else as text. */
function bodyOf(contentType: string | undefined, rawBody: Buffer, readJson: (text: string) => unknown): Json {
  const text = rawBody.toString("utf8");
  const type = contentType?.toLowerCase() ?? "";
  if (text === "") return {};
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  if (type === "" || /^application\/([a-z0-9.+-]*\+)?json\b/.test(type)) return (readJson(text) ?? {}) as Json;
  return text;
}

/** What a person sees of a body that was turned away. */
function readable({ rawBody }: HookRequest): Json {
  return rawBody.subarray(0, 10_000).toString("utf8");
}

function plain(source: Readonly<Record<string, unknown>>): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
  );
}

function withoutPrivate(headers: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !["cookie", "authorization"].includes(name)));
}
