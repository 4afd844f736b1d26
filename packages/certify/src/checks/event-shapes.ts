import { type Contract, type JsonSchemaObject, joinPointer, type Trigger } from "@mortise/contract";
import { schemaAt } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const eventShapes = defineCheck({
  id: "MC026",
  name: "event-shapes",
  severity: "certification",
  title: "An event has one shape, however it arrives: polled, pushed, or shown as a sample.",
  why: "People build on the sample that a poll gave; when the webhook then sends something else, their workflow breaks on the first real event.",
  reading:
    "A polling trigger without `event` gives the items of its source, so its output declares what they have. Two triggers with one title are two ways to one event, so their outputs have the same keys.",
  bad: {
    contract: {
      triggers: {
        contactChanged: {
          output: { required: null, properties: { email: null, mail: { type: "string", "x-data-class": "personal" } } },
          examples: [{ input: {}, output: { id: "c1", mail: "ada@example.com", updatedAt: "2026-01-01T00:00:00Z" } }],
        },
      },
    },
  },
  good: {
    contract: {
      triggers: {
        contactChanged: {
          event: { id: { $cel: "item.id" }, mail: { $cel: "item.email" }, updatedAt: { $cel: "item.updatedAt" } },
          output: { required: null, properties: { email: null, mail: { type: "string", "x-data-class": "personal" } } },
          examples: [{ input: {}, output: { id: "c1", mail: "ada@example.com", updatedAt: "2026-01-01T00:00:00Z" } }],
        },
      },
    },
  },
  run: ({ contract }) => {
    const triggers = Object.entries(contract.triggers ?? {});
    const first = new Map<string, readonly [name: string, trigger: Trigger]>();
    return triggers.flatMap(([name, trigger]) => {
      const at = joinPointer("triggers", name, "output");
      const twin = first.get(trigger.title);
      first.set(trigger.title, twin ?? [name, trigger]);
      return [
        ...sourceFaults(contract, trigger, at),
        ...(twin === undefined || twin[1].kind === trigger.kind ? [] : twinFaults(contract, trigger, twin, at)),
      ];
    });
  },
});

/** Keys that the output declares and the items of the source do not have. */
function sourceFaults(contract: Contract, trigger: Trigger, at: string): readonly Finding[] {
  if (trigger.kind !== "poll" || trigger.event !== undefined) return [];
  const source = Object.hasOwn(contract.operations, trigger.source.operation)
    ? contract.operations[trigger.source.operation]
    : undefined;
  if (source?.stream === undefined) return [];
  const list = schemaAt(source.output, source.stream.items, contract.schemas);
  const item = list.kind === "found" ? (list.schema.items ?? true) : true;
  return keysOf(contract, trigger.output).flatMap((key): readonly Finding[] => {
    if (schemaAt(item, joinPointer(key), contract.schemas).kind !== "missing") return [];
    const message = `declares "${key}", which an item of "${trigger.source.operation}" does not have; add "event", or correct the schema`;
    return [{ code: "UNKNOWN_REFERENCE", path: `${at}/properties${joinPointer(key)}`, message }];
  });
}

function twinFaults(
  contract: Contract,
  trigger: Trigger,
  [name, twin]: readonly [string, Trigger],
  at: string,
): readonly Finding[] {
  const mine = keysOf(contract, trigger.output);
  const others = keysOf(contract, twin.output);
  const differing = [...mine.filter((key) => !others.includes(key)), ...others.filter((key) => !mine.includes(key))];
  if (differing.length === 0) return [];
  const message = `is the same event as "${name}" by its title, but they differ in ${differing.map((key) => `"${key}"`).join(", ")}`;
  return [{ code: "INVALID_VALUE", path: at, message }];
}

const keysOf = ({ schemas }: Contract, schema: JsonSchemaObject): readonly string[] =>
  Object.keys(resolvedSchema(schema, schemas).properties ?? {});
