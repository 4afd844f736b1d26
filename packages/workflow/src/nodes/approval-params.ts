import type { JsonSchemaObject } from "@mortise/contract";
import { computed, nodeSet } from "./core-node.ts";
import { durationParam } from "./duration-param.ts";
import { PEOPLE } from "./task-notice.ts";

/** The parameters of an approval; `expires` is the default of that one. */
export function approvalParams(expires: string): JsonSchemaObject {
  const people = PEOPLE as unknown as { readonly items: JsonSchemaObject };
  return {
    type: "object",
    properties: {
      title: computed({ type: "string", title: "Question", "x-order": 1 }),
      description: computed({ type: "string", title: "Description", "x-order": 2 }),
      details: computed({ title: "Details", description: "What they decide on, shown as it is.", "x-order": 3 }),
      people: PEOPLE,
      needed: {
        type: "integer",
        title: "Consents needed",
        description: "Rejected as soon as they cannot be reached any more.",
        minimum: 1,
        maximum: 100,
        default: 1,
        "x-order": 6,
      },
      veto: { type: "boolean", title: "One refusal rejects", default: false, "x-order": 7 },
      reasonNeeded: { type: "boolean", title: "Only with a reason", default: false, "x-order": 8 },
      expires: durationParam("Expires after", "How long it waits at most.", { default: expires, "x-order": 9 } as never),
      remindEvery: durationParam("Remind every", "How often people are told again. Absent: never.", { "x-order": 10 } as never),
      escalateAfter: durationParam("Escalate after", "When more people are asked.", { default: "1d", "x-order": 11 } as never),
      escalateTo: { type: "array", title: "Escalate to", items: people.items, uniqueItems: true, maxItems: 100, "x-order": 12 },
      notify: nodeSet({
        title: "Steps that tell the people",
        description:
          "They see task; run when it is opened, at each reminder and at the escalation. Absent: the server tells them.",
      }),
    },
    required: ["title"],
    additionalProperties: false,
  } as JsonSchemaObject;
}
