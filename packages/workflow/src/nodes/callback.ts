import { parseDuration } from "@mortise/contract";
import { type CoreNode, type DurableResult, nodeSet } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { firstAnswer, openWait } from "./wait-for-answer.ts";

const EXPIRES = "7d";

/** Hands out an address that nobody can guess, and waits until somebody posts to it. */
export const callback: CoreNode = {
  spec: {
    use: "core/callback",
    title: "Wait for a callback",
    description:
      "Runs steps that hand out an address (callback.url) and waits until somebody posts to it, once. Nothing in time: expired.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        nodes: nodeSet({ title: "Steps that hand out the address", "x-order": 1 }),
        expires: durationParam("Expires after", "How long it waits at most.", { default: EXPIRES, "x-order": 2 } as never),
        schema: { type: "object", title: "Payload", description: "JSON Schema of what comes.", "x-advanced": true },
      },
      required: ["nodes"],
      additionalProperties: false,
    },
    outlets: ["received", "expired"],
  },

  values: () => [],

  bodies: () => [
    {
      slot: "nodes",
      scope: {
        callback: {
          type: "object",
          properties: { url: { type: "string" }, expiresAt: { type: "string", format: "date-time" } },
          required: ["url", "expiresAt"],
          additionalProperties: false,
        },
      },
    },
  ],

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
      const expiresInMs = durationOf(params.with, "expires", EXPIRES);
      return async (tools): Promise<DurableResult> => {
        if (tools.place.dryRun) return { output: { received: false }, outlet: "expired" };
        const wait = await openWait(tools, { kind: "callback", expiresInMs });
        const url = tools.addressOf(`/callbacks/${wait.token}`);
        const { error } = await tools.body("nodes", {
          callback: { url, expiresAt: new Date(wait.expiresAtMs).toISOString() },
        });
        if (error) return { error };
        const answer = await firstAnswer(tools, wait);
        if (answer === undefined) return { output: { received: false }, outlet: "expired" };
        return { output: { received: true, payload: answer.payload }, outlet: "received" };
      };
    },
  },
};
