import { type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { wordsOf } from "../walk/field-words.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const renewal = defineCheck({
  id: "MC027",
  name: "renewal",
  severity: "warning",
  title: "A subscription that ends by itself is renewed, and says how long it lives.",
  why: "Subscriptions of many vendors end after days; events then stop, and nothing fails that anybody would see.",
  reading: "What `subscribe` gives shows that it ends: a field named like `expiresAt`, `expiration`, `ttl`, `validUntil`.",
  bad: {
    contract: { operations: { subscribe: { output: { properties: { expiresAt: { type: "string", format: "date-time" } } } } } },
  },
  good: {
    contract: {
      operations: { subscribe: { output: { properties: { expiresAt: { type: "string", format: "date-time" } } } } },
      triggers: { contactCreated: { renew: { operation: "subscribe", with: { url: { $cel: "webhook.url" } }, ttl: "6d" } } },
    },
  },
  run: ({ contract }) =>
    Object.entries(contract.triggers ?? {}).flatMap(([name, trigger]): readonly Finding[] => {
      if (trigger.kind !== "webhook" || trigger.subscribe === undefined || trigger.renew !== undefined) return [];
      const { operation } = trigger.subscribe;
      const output = Object.hasOwn(contract.operations, operation) ? contract.operations[operation]?.output : undefined;
      const field = output === undefined ? undefined : endOf(resolvedSchema(output, contract.schemas));
      if (field === undefined) return [];
      const message = `is missing: "${operation}" gives "${field}", so the subscription ends by itself`;
      return [{ code: "MISSING_KEY", path: joinPointer("triggers", name, "renew"), message }];
    }),
});

const END = /^(expires?|expiry|expiration|ttl|valid_until|lease)(_|$)/;

const endOf = ({ properties = {} }: JsonSchemaObject): string | undefined =>
  Object.keys(properties).find((name) => END.test(wordsOf(name).join("_")));
