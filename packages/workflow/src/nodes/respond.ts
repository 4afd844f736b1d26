import { type Json, MortiseError } from "@mortise/contract";
import { asObject } from "../model/loose.ts";
import type { WebhookAnswer } from "../ports/answer-port.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { exactly } from "./schemas.ts";

/** Headers that belong to the connection, not to an answer (RFC 9110 section 7.6.1, RFC 9112), or that would speak for the server. */
const REFUSED =
  /^(?:connection|content-length|date|host|keep-alive|proxy-.*|server|set-cookie|te|trailer|transfer-encoding|upgrade)$/i;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** Answers whoever called the webhook. */
export const respond: CoreNode = {
  spec: {
    use: "core/respond",
    title: "Respond",
    description:
      "Answers the request that started the run, and goes on. The first answer counts; without one the request is told that it was accepted.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        status: computed({ type: "integer", title: "Status", minimum: 200, maximum: 599, default: 200, "x-order": 1 }),
        body: computed({ title: "Body", description: "A text is sent as it is, everything else as JSON.", "x-order": 2 }),
        headers: {
          type: "object",
          title: "Headers",
          propertyNames: { pattern: HEADER.source },
          additionalProperties: computed({ type: "string" }),
          maxProperties: 30,
          "x-advanced": true,
        },
      },
      additionalProperties: false,
    },
  },

  values: (params) => [
    ...("status" in params ? [{ path: ["status"], expects: { type: "integer" as const, minimum: 200, maximum: 599 } }] : []),
    ...("body" in params ? [{ path: ["body"], expects: true as const }] : []),
    ...Object.keys(asObject(params.headers)).map((name) => ({ path: ["headers", name], expects: { type: "string" as const } })),
  ],

  traits: () => ({ sinks: { body: "answer", headers: "answer" } }),

  check: (params) =>
    Object.keys(asObject(params.headers))
      .filter((name) => REFUSED.test(name))
      .map((name) => ({
        code: "INVALID_VALUE" as const,
        severity: "error" as const,
        path: `/headers/${name}`,
        message: `The header "${name}" is the server's own.`,
        fix: { title: "Remove it.", patch: [{ op: "remove" as const, path: `/headers/${name}` }] },
      })),

  output: () => exactly({ sent: { type: "boolean" } }),

  behaviour: {
    kind: "effect",
    repeatable: false,
    compile: (params) => {
      const status = "status" in params.with ? params.value("status") : undefined;
      const body = "body" in params.with ? params.value("body") : undefined;
      const names = Object.keys(asObject(params.with.headers)).filter((name) => !REFUSED.test(name));
      const headers = names.map((name) => [name, params.value("headers", name)] as const);
      return (scope) => {
        const answer: WebhookAnswer = {
          status: statusOf(status ? status.evaluate(scope) : 200),
          headers: Object.fromEntries(headers.map(([name, value]) => [name, headerOf(name, value.evaluate(scope))])),
          ...(body && { body: body.evaluate(scope) }),
        };
        return { to: "respond", answer };
      };
    },
  },
};

function statusOf(value: Json): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 200 && value <= 599) return value;
  throw new MortiseError("INVALID_VALUE", `The status has to be a whole number from 200 to 599, found ${JSON.stringify(value)}.`);
}

function headerOf(name: string, value: Json): string {
  // A line break would begin a header of somebody else's choice (RFC 9110 section 5.5).
  if (typeof value === "string" && /^(?:\t|\P{Cc})*$/u.test(value)) return value;
  throw new MortiseError("INVALID_VALUE", `The header "${name}" has to be a text of one line.`);
}
