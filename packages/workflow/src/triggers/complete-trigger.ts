import type { Json } from "@mortise/contract";
import type { Trigger } from "../model/document.ts";
import { asObject } from "../model/loose.ts";

/** What started a run, with everything that expressions may expect of this kind of trigger, also where a person started it by hand. */
export function completeTrigger(trigger: Trigger, given: Json, startedAt: string): Json {
  const known = asObject(given) as { readonly [key: string]: Json };
  switch (trigger.use) {
    case "webhook":
      return { body: {}, headers: {}, query: {}, ...known };
    case "schedule":
      return { body: {}, scheduledAt: startedAt, ...known };
    default:
      return { body: {}, ...known };
  }
}
