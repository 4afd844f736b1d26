import type { Operation, Trigger } from "@mortise/contract";
import fc from "fast-check";
import { anyObject, anySchema, anyText } from "../any-schema.ts";
import { id, OBJECT, OPERATION, type Pack } from "./pack.ts";

/** Lists: of parents, of the children of each, only what is new; and a trigger on them. */
export const lists: fc.Arbitrary<Pack> = fc
  .tuple(anyObject(anySchema([], 1), "x"), fc.constantFrom("date-time" as const, "epoch_s" as const), anyText)
  .map(([more, as, title]) => {
    const item = {
      ...more,
      required: [...(more.required ?? []), "id", "at"],
      properties: {
        ...more.properties,
        id: id.properties.id,
        at:
          as === "date-time" ? { type: "string", format: "date-time" } : { type: "integer", minimum: 0, maximum: 2_000_000_000 },
      },
    } as const satisfies Operation["output"];
    const list = {
      ...OPERATION,
      title,
      input: OBJECT,
      output: { type: "object", required: ["rows"], properties: { rows: { type: "array", items: item } } },
      stream: { items: "/rows", resume: "cursor" },
      identity: ["/id"],
    } as const satisfies Partial<Operation>;
    const trigger: Trigger = {
      kind: "poll",
      title,
      scopes: [],
      input: OBJECT,
      output: item,
      identity: ["/id"],
      examples: [],
      firstRun: "skip",
      source: { operation: "packNew", with: {} },
    };
    return {
      operations: {
        packParents: { ...list, request: { method: "GET", url: "/parents" }, pagination: { kind: "link" } },
        packChildren: {
          ...list,
          output: {
            type: "object",
            required: ["rows"],
            properties: {
              rows: {
                type: "array",
                items: {
                  type: "object",
                  required: ["key", "parent"],
                  properties: { key: { type: "string" }, parent: { type: "string" } },
                },
              },
            },
          },
          identity: ["/key"],
          request: {
            method: "GET",
            url: { $text: "/parents/${partition.id}/children" },
            output: { rows: { $cel: 'response.body.data.map(each, {"key": each.id, "parent": partition.id})' } },
          },
          partition: { parent: { operation: "packParents", with: {} } },
        },
        packNew: { ...list, request: { method: "GET", url: "/news" }, incremental: { cursor: "/at", as, param: "since" } },
      },
      triggers: { packTrigger: trigger },
    };
  });
