import { type JsonObject, parseDuration } from "@mortise/contract";
import { type CoreNode, computed, type DurableResult, nodeSet } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { PEOPLE, TASK_SCOPE, tellPeople } from "./task-notice.ts";
import { closeWait, firstAnswer, openWait } from "./wait-for-answer.ts";

const EXPIRES = "7d";

/** Asks a person to fill in a form. */
export const form: CoreNode = {
  spec: {
    use: "core/form",
    title: "Form",
    description:
      "Asks a person to fill in a form, in the list of tasks, and goes on with what was filled in. Nothing in time: expired.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        title: computed({ type: "string", title: "Title", "x-order": 1 }),
        description: computed({ type: "string", title: "Description", "x-order": 2 }),
        details: computed({ title: "Details", description: "Shown beside the form.", "x-order": 3 }),
        schema: {
          type: "object",
          title: "Fields",
          description: "JSON Schema of the form: an object with its properties.",
          "x-order": 4,
        },
        people: PEOPLE,
        expires: durationParam("Expires after", "How long it waits at most.", { default: EXPIRES, "x-order": 6 } as never),
        notify: nodeSet({ title: "Steps that tell the people", description: "They see task. Absent: the server tells them." }),
      },
      required: ["title", "schema"],
      additionalProperties: false,
    },
    outlets: ["submitted", "expired"],
  },

  values: (params) => [
    { path: ["title"], expects: { type: "string" } },
    ...("description" in params ? [{ path: ["description"], expects: { type: "string" } as const }] : []),
    ...("details" in params ? [{ path: ["details"], expects: true }] : []),
  ],

  bodies: (params) => ("notify" in params ? [{ slot: "notify", scope: { task: TASK_SCOPE } }] : []),

  check: (params) => checkDurations(params, { expires: { most: "366d" } }),

  traits: (params) => ({
    waits: parseDuration(String(params.expires ?? EXPIRES)) ?? 0,
    expiry: "expires",
    sinks: { title: "person", description: "person", details: "person" },
  }),

  output: (params) => ({
    type: "object",
    properties: {
      submitted: { type: "boolean" },
      data: params.schema === undefined ? true : (params.schema as never),
      by: { type: "string" },
    },
    required: ["submitted"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const { title, description, details } = {
        title: params.value("title"),
        description: "description" in params.with ? params.value("description") : undefined,
        details: "details" in params.with ? params.value("details") : undefined,
      };
      const people = (params.with.people ?? []) as readonly string[];
      const expiresInMs = durationOf(params.with, "expires", EXPIRES);
      return async (tools): Promise<DurableResult> => {
        const scope = tools.scope();
        const task = {
          title: String(title.evaluate(scope)),
          ...(description ? { description: String(description.evaluate(scope)) } : {}),
          ...(details ? { details: details.evaluate(scope) } : {}),
          people,
          schema: params.with.schema as never,
        };
        if (tools.place.dryRun) return { output: { submitted: false }, outlet: "expired" };
        const wait = await openWait(tools, { kind: "form", task, expiresInMs });
        const told = await tellPeople(tools, wait, { kind: "opened", title: task.title, people }, 1);
        if (told) {
          await closeWait(tools, wait, "failed");
          return { error: told };
        }
        const answer = await firstAnswer(tools, wait);
        if (answer === undefined) return { output: { submitted: false }, outlet: "expired" };
        const output: JsonObject = { submitted: true, data: answer.payload, ...(answer.by !== undefined && { by: answer.by }) };
        return { output, outlet: "submitted" };
      };
    },
  },
};
