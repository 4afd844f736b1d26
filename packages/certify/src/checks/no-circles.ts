import { compileValue } from "@mortise/builders";
import { type Contract, type JsonSchemaObject, joinPointer, type Operation } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const noCircles = defineCheck({
  id: "MC005",
  name: "no-circles",
  severity: "error",
  title: "Fields whose choices depend on each other, and operations that call each other, form no circle.",
  why: "A form whose two fields each wait for the other cannot be filled in; an operation that ends up calling itself never ends.",
  bad: {
    contract: {
      operations: {
        listContacts: {
          input: {
            properties: {
              search: {
                "x-options": {
                  operation: "listContacts",
                  with: { search: { $cel: "search + input.search" } },
                  value: "/email",
                  label: "/email",
                  searchable: true,
                },
              },
            },
          },
        },
      },
    },
  },
  good: {
    contract: {
      operations: {
        listContacts: {
          input: {
            properties: {
              search: {
                "x-options": {
                  operation: "listContacts",
                  with: { search: { $cel: "search" } },
                  value: "/email",
                  label: "/email",
                  searchable: true,
                },
              },
            },
          },
        },
      },
    },
  },
  run: ({ contract }) => [
    ...operationCircles(contract),
    ...(["operations", "triggers"] as const).flatMap((kind) =>
      Object.entries(contract[kind] ?? {}).flatMap(([name, { input }]) => fieldCircles(input, joinPointer(kind, name, "input"))),
    ),
  ],
});

function fieldCircles(form: JsonSchemaObject, at: string): readonly Finding[] {
  const needs = new Map<string, readonly string[]>();
  for (const [name, field] of Object.entries(form.properties ?? {})) {
    if (typeof field !== "object") continue;
    const sources = [field["x-options"]?.with, field["x-fields"]?.with].filter((each) => each !== undefined);
    const reads = sources.flatMap((value) => compileValue(value).reads);
    needs.set(
      name,
      reads.flatMap(([variable, key]) => (variable === "input" && key !== undefined ? [key] : [])),
    );
  }
  return circles(needs).map(({ start, way }) => ({
    code: "CYCLIC_GRAPH",
    path: `${at}/properties${joinPointer(start)}`,
    message: `its choices depend on themselves: ${way.join(" → ")}`,
  }));
}

function operationCircles({ operations }: Contract): readonly Finding[] {
  const needs = new Map(Object.entries(operations).map(([name, operation]) => [name, calledBy(operation)]));
  return circles(needs).map(({ start, way }) => ({
    code: "CYCLIC_GRAPH",
    path: joinPointer("operations", start),
    message: `calls itself: ${way.join(" → ")}`,
  }));
}

/** What runs inside of every call of an operation. */
function calledBy({ partition, searchOrCreate, wait }: Operation): readonly string[] {
  return [partition?.parent, searchOrCreate?.search, searchOrCreate?.create, wait?.poll, wait?.fetch].flatMap((call) =>
    call === undefined ? [] : [call.operation],
  );
}

/** Every circle once, from the member that is met first. */
function circles(needs: ReadonlyMap<string, readonly string[]>) {
  const done = new Set<string>();
  const found: { readonly start: string; readonly way: readonly string[] }[] = [];
  const visit = (name: string, way: readonly string[]): void => {
    const from = way.indexOf(name);
    if (from >= 0) found.push({ start: name, way: [...way.slice(from), name] });
    if (from >= 0 || done.has(name)) return;
    for (const next of needs.get(name) ?? []) visit(next, [...way, name]);
    done.add(name);
  };
  for (const name of needs.keys()) visit(name, []);
  return found;
}
