import { createHash, randomUUID } from "node:crypto";
import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import type { AnswerVerdict, WaitView } from "@mortise/workflow";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Host } from "../../host/open-host.ts";
import { mayDecide, type Person } from "../../people/may-decide.ts";
import { taskView } from "../../people/task-view.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

const KINDS = ["approval", "form"] as const;

const listQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    state: { type: "string", enum: ["open", "closed"], default: "open" },
    run: { type: "string", maxLength: 500 },
    limit: { type: "integer", minimum: 1, maximum: 200, default: 100 },
  },
} as const;

const decisionBody = {
  type: "object",
  additionalProperties: false,
  properties: {
    approved: { type: "boolean" },
    reason: { type: "string", maxLength: 4_000 },
    data: {},
    as: {
      type: "object",
      additionalProperties: false,
      properties: {
        name: { type: "string", minLength: 1, maxLength: 200 },
        roles: { type: "array", items: { type: "string", maxLength: 200 }, maxItems: 100 },
      },
      required: ["name"],
    },
  },
} as const;

interface Decision {
  readonly approved?: boolean;
  readonly reason?: string;
  readonly data?: Json;
  readonly as?: { readonly name: string; readonly roles?: readonly string[] };
}

const eventBody = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,99}$" },
    key: { type: "string", minLength: 1, maxLength: 200 },
    payload: {},
    id: { type: "string", minLength: 1, maxLength: 200 },
  },
  required: ["name", "key"],
} as const;

/** What runs wait for: tasks of people, callbacks and events of other systems. */
export const taskRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const { waits } = host.stores;

  app.get<{ Querystring: { state: "open" | "closed"; run?: string; limit: number } }>(
    "/api/v1/tasks",
    { config, schema: { querystring: listQuery } },
    async (request) => {
      const { state, limit, run } = request.query;
      const found = await waits.list({ kinds: KINDS, state, limit, ...(run === undefined ? {} : { runId: run }) });
      return { tasks: found.map((wait) => taskView(wait, personOf(request))) };
    },
  );

  app.get<{ Params: { id: string } }>("/api/v1/tasks/:id", { config }, async (request) => ({
    task: taskView(await existing(host, request.params.id), personOf(request)),
  }));

  app.post<{ Params: { id: string }; Body: Decision }>(
    "/api/v1/tasks/:id/decision",
    { config, schema: { body: decisionBody } },
    async (request, reply) => {
      const task = await existing(host, request.params.id);
      const person = deciding(request, request.body);
      if (!mayDecide(task.task?.people ?? [], person))
        throw new MortiseError("NOT_ALLOWED", `"${person.name}" is not among those who are asked.`, {
          remedy: "Ask one of them, or sign in as one.",
        });
      const payload = answerOf(task, request.body);
      // One person answers once, so the person names the answer.
      const verdict = await waits.answer(task.id, { answerId: `person:${person.name}`, by: person.name, payload });
      if (verdict === "taken")
        await host.store.audit.append([
          {
            action: "task.decided",
            actor: person.isOwner
              ? (request.session?.name ?? person.name)
              : `${request.session?.name ?? "API token"} as ${person.name}`,
            task: task.id,
            run: task.runId,
            path: task.path,
            decision: task.kind === "form" ? "submitted" : request.body.approved === true ? "approved" : "rejected",
          },
        ]);
      return answered(reply, verdict, async () => ({ task: taskView(await existing(host, task.id), person) }));
    },
  );

  app.post<{ Body: { name: string; key: string; payload?: Json; id?: string } }>(
    "/api/v1/events",
    { config, schema: { body: eventBody } },
    async ({ body }, reply) => reply.code(202).send(await waits.deliver({ ...body, payload: body.payload ?? null })),
  );

  app.post<{ Params: { token: string }; Body: Json | undefined }>(
    "/callbacks/:token",
    { config: { access: "public", rateLimit: { max: 120, timeWindow: "1 minute" } }, bodyLimit: 256 * 1_024 },
    async ({ params, body, headers }, reply) => {
      const named = headers["idempotency-key"] ?? headers["webhook-id"];
      const answerId = typeof named === "string" && named !== "" ? `key:${sha256(named)}` : `call:${randomUUID()}`;
      const verdict = await waits.callBack(params.token, { answerId, payload: body ?? null });
      return answered(reply, verdict, async () => ({ taken: true }));
    },
  );
};

/** A session is the workspace's owner; a script acts for people whom its own product knows, and says for whom. */
function personOf({ session }: FastifyRequest): Person {
  return { name: session?.name ?? "", roles: [], isOwner: session?.name !== "API token" };
}

function deciding(request: FastifyRequest, { as }: Decision): Person {
  const person = personOf(request);
  if (person.isOwner && as === undefined) return person;
  if (as === undefined)
    throw new MortiseError("INVALID_REQUEST", "A decision by an API token names the person that it is for.", {
      remedy: 'Send "as": { "name": "…", "roles": ["…"] }.',
    });
  return { name: as.name, roles: as.roles ?? [], isOwner: false };
}

function answerOf({ kind, task }: WaitView, { approved, reason, data }: Decision): Json {
  if (kind === "form") {
    if (data === undefined) throw new MortiseError("INVALID_REQUEST", 'A form is answered with "data".');
    const [wrong] = compileSchema((task?.schema ?? true) as JsonSchema)(data).diagnostics;
    if (wrong) throw new MortiseError("INVALID_INPUT", wrong.message, { path: `/data${wrong.path}` });
    return data;
  }
  if (approved === undefined)
    throw new MortiseError("INVALID_REQUEST", 'An approval is answered with "approved": true or false.');
  const said = reason?.trim() ?? "";
  if (task?.reasonNeeded && said === "")
    throw new MortiseError("INVALID_REQUEST", "This decision needs a reason.", { path: "/reason" });
  return { approved, ...(said === "" ? {} : { reason: said }) };
}

async function answered(reply: FastifyReply, verdict: AnswerVerdict, body: () => Promise<object>): Promise<FastifyReply> {
  if (verdict === "taken" || verdict === "repeated") return reply.code(200).send(await body());
  if (verdict === "unknown") return sendProblem(reply, problem("TASK_NOT_FOUND", "Nobody waits for this."));
  const detail = verdict === "decided" ? "This person has decided before." : "It is decided, or its time is over.";
  return sendProblem(reply, { ...problem("CONFLICT", detail), status: 409 });
}

async function existing(host: Host, id: string): Promise<WaitView> {
  const found = await host.stores.waits.find(id);
  if (found === undefined || (found.kind !== "approval" && found.kind !== "form"))
    throw new MortiseError("TASK_NOT_FOUND", `There is no task "${id}".`);
  return found;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
