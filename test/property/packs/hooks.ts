import fc from "fast-check";
import { anyObject, anySchema, anyText } from "../any-schema.ts";
import { id, OBJECT, OPERATION, type Pack } from "./pack.ts";

/** A subscription, and what a delivery of it is. */
export const hooks: fc.Arbitrary<Pack> = fc.tuple(anyObject(anySchema([], 1), "z"), anyText).map(([event, title]) => ({
  operations: {
    packSubscribe: {
      ...OPERATION,
      title: "Subscribe",
      effect: "create",
      idempotency: "none",
      input: { ...OBJECT, required: ["url"], properties: { url: { type: "string", format: "uri" } } },
      output: { ...OBJECT, required: ["id"], properties: { id: id.properties.id } },
      request: { method: "POST", url: "/hooks", body: { target: { $cel: "input.url" }, kinds: ["a", "b"] } },
    },
    packUnsubscribe: {
      ...OPERATION,
      title: "Unsubscribe",
      effect: "delete",
      input: id,
      output: { type: "null" },
      request: { method: "DELETE", url: "/hooks/{id}", path: { id: { $cel: "input.id" } } },
    },
  },
  triggers: {
    packHook: {
      kind: "webhook",
      title,
      scopes: [],
      input: OBJECT,
      output: event,
      identity: [],
      examples: [],
      subscribe: { operation: "packSubscribe", with: { url: { $cel: "webhook.url" } } },
      unsubscribe: { operation: "packUnsubscribe", with: { id: { $cel: "subscription.id" } } },
      signature: { algorithm: "hmac-sha256", header: "X-Signature", encoding: "hex", prefix: "sha256=" },
    },
  },
}));
