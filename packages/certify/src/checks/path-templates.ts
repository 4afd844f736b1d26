import { compileValue } from "@mortise/builders";
import { type HttpRequest, type JsonSchemaObject, joinPointer, type Value } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const pathTemplates = defineCheck({
  id: "MC004",
  name: "path-templates",
  severity: "error",
  title: "No two operations make the same request under one title.",
  why: "Of two operations with one method and one path template, nobody can tell which one a person, a mock or a log means.",
  reading:
    "Two requests are the same where method and URL are, whatever the holes are called, and where neither the rest of the request nor the input tells them apart. Some vendors document one call twice; with titles that differ that is a warning. A computed URL is not compared.",
  bad: {
    contract: {
      operations: {
        unsubscribe: { title: "Delete contact", request: { url: "/contacts/{id}" } },
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
    return Object.entries(contract.operations).flatMap(([name, { request, input, title }]): readonly Finding[] => {
      const shape = request === undefined ? undefined : shapeOf(request, input);
      if (shape === undefined) return [];
      const twin = first.get(shape);
      first.set(shape, twin ?? name);
      if (twin === undefined) return [];
      const isAlike = contract.operations[twin]?.title.toLowerCase() === title.toLowerCase();
      const message = `makes the same request as "${twin}" (${shape.split("\n")[0]}); remove one, or tell them apart by something fixed`;
      const path = joinPointer("operations", name, "request", "url");
      return [{ code: "DUPLICATE_NAME", path, message, ...(isAlike ? {} : { severity: "warning" }) }];
    });
  },
});

/** Method, template, the rest of the request and the input without what fills the path, as one text. */
function shapeOf(request: HttpRequest, input: JsonSchemaObject): string | undefined {
  const { method, url, path, output: _, ...others } = request;
  const template = typeof url === "string" ? url : textOf(url);
  if (template === undefined) return undefined;
  const holes = typeof url === "string" && path === undefined ? template : template.replaceAll(/\$?\{[^{}]*\}/g, "{}");
  const inPath = compileValue(typeof url === "string" ? { ...path } : url).reads.map(([, key]) => key);
  const properties = Object.entries(input.properties ?? {}).filter(([name]) => !inPath.includes(name));
  return [`${method} ${holes}`, JSON.stringify(others), JSON.stringify(properties, withoutWords)].join("\n");
}

function textOf(url: Value): string | undefined {
  return typeof url === "object" && url !== null && "$text" in url && typeof url.$text === "string" ? url.$text : undefined;
}

/** What a schema only tells people says nothing about the request. */
const withoutWords = (key: string, value: unknown): unknown =>
  ["title", "description", "examples"].includes(key) || key.startsWith("x-") ? undefined : value;
