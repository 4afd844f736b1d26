import { joinPointer, type WebhookTrigger } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const webhookSubscription = defineCheck({
  id: "MC024",
  name: "webhook-subscription",
  severity: "error",
  title: "A webhook is subscribed and unsubscribed by calls, or a person is told how.",
  why: "A subscription that is never ended goes on sending other people's data to an address that may one day be somebody else's.",
  bad: { contract: { triggers: { contactCreated: { unsubscribe: null } } } },
  good: {
    contract: {
      triggers: {
        contactCreated: {
          subscribe: null,
          unsubscribe: null,
          manual: "In Acme, open Settings, Webhooks, and add the address; remove it there.",
        },
      },
    },
  },
  run: ({ contract }) =>
    Object.entries(contract.triggers ?? {}).flatMap(([name, trigger]) =>
      trigger.kind === "webhook" ? webhookFaults(trigger, joinPointer("triggers", name)) : [],
    ),
});

function webhookFaults({ subscribe, unsubscribe, manual }: WebhookTrigger, at: string): readonly Finding[] {
  if (subscribe === undefined && unsubscribe === undefined) {
    if (manual !== undefined && manual.trim().length >= MIN_DIRECTIONS) return [];
    const message = 'is missing: without "subscribe" and "unsubscribe", say what a person does at the vendor';
    return [{ code: "MISSING_KEY", path: `${at}/manual`, message }];
  }
  if (subscribe === undefined)
    return [{ code: "MISSING_KEY", path: `${at}/subscribe`, message: 'is missing, though there is "unsubscribe"' }];
  return unsubscribe === undefined
    ? [{ code: "MISSING_KEY", path: `${at}/unsubscribe`, message: 'is missing, so that nothing ends what "subscribe" starts' }]
    : [];
}

/** Letters of the shortest directions that can help anybody. */
const MIN_DIRECTIONS = 20;
