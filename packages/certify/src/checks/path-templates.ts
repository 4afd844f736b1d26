import { type HttpRequest, type Json, joinPointer } from "@mortise/contract";
import { defineCheck } from "../check.ts";

export const pathTemplates = defineCheck({
  id: "MC004",
  name: "path-templates",
  severity: "error",
  title: "No two operations make the same request.",
  why: "Of two operations with one method and one path template, nobody can tell which one a person, a mock or a log means.",
  reading:
    "Two requests are the same where method and URL are, whatever the holes are called, and where nothing fixed in query, headers or body tells them apart. A computed URL is not compared.",
  bad: {
    contract: {
      operations: {
        removeContact: {
          title: "Remove contact",
          effect: "delete",
          idempotency: "natural",
          reversible: false,
          scopes: ["contacts.write"],
          budget: "api",
          input: {
            type: "object",
            required: ["contactId"],
            properties: {
              contactId: {
                type: "string",
                title: "Contact",
                description: "Which contact to remove.",
                "x-options": {
                  operation: "listContacts",
                  with: { search: { $cel: "search" } },
                  value: "/id",
                  label: "/email",
                  searchable: true,
                },
              },
            },
            additionalProperties: false,
          },
          output: { type: "null" },
          identity: [],
          request: { method: "DELETE", url: "/contacts/{contact}", path: { contact: { $cel: "input.contactId" } }, output: null },
          outcomes: [],
          examples: [{ input: { contactId: "c1" }, output: null }],
        },
      },
    },
  },
  good: {
    contract: {
      operations: {
        deleteContact: {
          request: {
            method: "DELETE",
            url: "/contacts/{id}",
            path: { id: { $cel: "input.contactId" } },
            query: { hard: true },
            output: null,
          },
        },
      },
    },
  },
  run: ({ contract }) => {
    const first = new Map<string, string>();
    return Object.entries(contract.operations).flatMap(([name, { request }]) => {
      const shape = request === undefined ? undefined : shapeOf(request);
      if (shape === undefined) return [];
      const twin = first.get(shape);
      first.set(shape, twin ?? name);
      if (twin === undefined) return [];
      const message = `makes the same request as "${twin}" (${shape.split("\n")[0]}); remove one, or tell them apart by something fixed`;
      return [{ code: "DUPLICATE_NAME" as const, path: joinPointer("operations", name, "request", "url"), message }];
    });
  },
});

/** Method, template and all that is fixed, as one text. */
function shapeOf({ method, url, query, headers, body, path }: HttpRequest): string | undefined {
  const template = typeof url === "string" ? url : textOf(url);
  if (template === undefined) return undefined;
  const holes = typeof url === "string" && path === undefined ? template : template.replaceAll(/\$?\{[^{}]*\}/g, "{}");
  return [`${method} ${holes}`, ...[query, headers, body].map((part) => JSON.stringify(fixed(part ?? null)))].join("\n");
}

function textOf(url: Json): string | undefined {
  return typeof url === "object" && url !== null && "$text" in url && typeof url.$text === "string" ? url.$text : undefined;
}

/** What stays of a value without what is computed. */
function fixed(value: Json): Json {
  if (Array.isArray(value)) return value.map(fixed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0].startsWith("$")) return entries[0][0] === "$cel" ? null : value;
  return Object.fromEntries(entries.map(([key, each]) => [key, fixed(each)]).filter(([, each]) => each !== null));
}
