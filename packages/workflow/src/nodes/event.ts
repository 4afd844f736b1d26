import { MortiseError, parseDuration } from "@mortise/contract";
import { type CoreNode, computed, type DurableResult } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { firstAnswer, openWait } from "./wait-for-answer.ts";

const EXPIRES = "7d";

/** Waits for an event with a name and a correlation key. */
export const event: CoreNode = {
  spec: {
    use: "core/event",
    title: "Wait for an event",
    description:
      "Goes on when an event of this name and key comes, by POST /api/v1/events. One that came in the seven days before counts too. Nothing in time: expired.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        name: {
          type: "string",
          title: "Event",
          pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,99}$",
          "x-placeholder": "order.paid",
          "x-order": 1,
        },
        key: computed({
          type: "string",
          title: "Key",
          description: "Says whose event it is, e.g. an order's number. At most 200 characters.",
          "x-order": 2,
        }),
        expires: durationParam("Expires after", "How long it waits at most.", { default: EXPIRES, "x-order": 3 } as never),
        schema: { type: "object", title: "Payload", description: "JSON Schema of what comes.", "x-advanced": true },
      },
      required: ["name", "key"],
      additionalProperties: false,
    },
    outlets: ["received", "expired"],
  },

  values: () => [{ path: ["key"], expects: { type: "string", minLength: 1, maxLength: 200 } }],

  check: (params) => checkDurations(params, { expires: { most: "366d" } }),

  traits: (params) => ({ waits: parseDuration(String(params.expires ?? EXPIRES)) ?? 0, expiry: "expires" }),

  output: (params) => ({
    type: "object",
    properties: { received: { type: "boolean" }, payload: params.schema === undefined ? true : (params.schema as never) },
    required: ["received"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const key = params.value("key");
      const expiresInMs = durationOf(params.with, "expires", EXPIRES);
      return async (tools): Promise<DurableResult> => {
        const correlation = key.evaluate(tools.scope());
        if (typeof correlation !== "string" || correlation === "" || correlation.length > 200)
          throw new MortiseError("WRONG_TYPE", "The key of an event is a text of 1 to 200 characters.");
        if (tools.place.dryRun) return { output: { received: false }, outlet: "expired" };
        const wait = await openWait(tools, {
          kind: "event",
          event: { name: String(params.with.name), key: correlation },
          expiresInMs,
        });
        const answer = await firstAnswer(tools, wait);
        if (answer === undefined) return { output: { received: false }, outlet: "expired" };
        return { output: { received: true, payload: answer.payload }, outlet: "received" };
      };
    },
  },
};
