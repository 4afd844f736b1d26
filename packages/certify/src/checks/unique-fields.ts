import { type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const uniqueFields = defineCheck({
  id: "MC011",
  name: "unique-fields",
  severity: "error",
  title: "No two fields of a form have names that people cannot tell apart.",
  why: "`userName` beside `username`, or `per_page` beside `perPage`, is filled in wrong half of the time, and generated code may hold only one of them.",
  reading:
    "Compared within one object, its `allOf` parts included, as JSON itself rules out equal keys. Names that differ by case are an error, by `-` and `_` alone a warning. Alternatives (`oneOf`, `anyOf`) may repeat a name.",
  bad: {
    contract: {
      operations: {
        createContact: {
          input: {
            properties: { Email: { type: "string", title: "Second address", description: "Another address of the contact." } },
          },
        },
      },
    },
  },
  good: {
    contract: {
      operations: {
        createContact: {
          input: {
            properties: {
              otherEmail: { type: "string", title: "Second address", description: "Another address of the contact." },
            },
          },
        },
      },
    },
  },
  run: ({ schemas }) =>
    schemas()
      .filter(({ path }) => FORM.test(path))
      .flatMap(({ path, schema }) => twinsIn(schema, path)),
});

const FORM = /^\/(settings$|auth\/|(operations|triggers)\/[^/]+\/input$)/;

function twinsIn(schema: JsonSchemaObject, at: string): readonly Finding[] {
  return [...twins(propertiesOf(schema, at)), ...subSchemas(schema, at).flatMap(([path, child]) => twinsIn(child, path))];
}

/** Names with their places: the object's own and those of its `allOf` parts. */
function propertiesOf(schema: JsonSchemaObject, at: string): readonly (readonly [name: string, path: string])[] {
  const own = Object.keys(schema.properties ?? {}).map((name) => [name, `${at}/properties${joinPointer(name)}`] as const);
  const parts = (schema.allOf ?? []).flatMap((part, index) =>
    typeof part === "object" ? propertiesOf(part, `${at}/allOf/${index}`) : [],
  );
  return [...own, ...parts];
}

function twins(names: readonly (readonly [name: string, path: string])[]): readonly Finding[] {
  const first = new Map<string, string>();
  return names.flatMap(([name, path]): readonly Finding[] => {
    const folded = name.toLowerCase().replaceAll(/(?<=.)[-_]/g, "");
    const twin = first.get(folded);
    first.set(folded, twin ?? name);
    if (twin === undefined || twin === name) return [];
    const byCase = twin.toLowerCase() === name.toLowerCase();
    const message = `differs from "${twin}" by ${byCase ? "case" : "case, hyphens and underscores"} alone`;
    return [{ code: "DUPLICATE_NAME", path, message, ...(byCase ? {} : { severity: "warning" }) }];
  });
}
