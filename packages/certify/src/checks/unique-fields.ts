import { type JsonSchema, type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const uniqueFields = defineCheck({
  id: "MC011",
  name: "unique-fields",
  severity: "error",
  title: "No two fields of a form have one name, or names that people cannot tell apart.",
  why: "`userName` beside `username`, or `per_page` beside `perPage`, is filled in wrong half of the time, and generated code may hold only one of them.",
  reading:
    "Compared within one object, its `allOf` parts included, as JSON itself rules out equal keys. A name that two parts give different types is an error; names that differ by case, hyphens and underscores alone are a warning, as some vendors have such. Alternatives (`oneOf`, `anyOf`) may repeat a name.",
  bad: {
    contract: {
      operations: {
        listContacts: {
          input: {
            allOf: [{ properties: { search: { type: "integer", title: "Search", description: "Number of a contact." } } }],
          },
          examples: [{ input: {} }],
        },
      },
    },
  },
  good: {
    contract: {
      operations: {
        listContacts: {
          input: {
            allOf: [
              {
                properties: { search: { type: "string", title: "Search", description: "Three letters at least.", minLength: 3 } },
              },
            ],
          },
          examples: [{ input: {} }],
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

interface Named {
  readonly name: string;
  readonly path: string;
  readonly type: string;
}

/** Names with their places and types: the object's own and those of its `allOf` parts. */
function propertiesOf(schema: JsonSchemaObject, at: string): readonly Named[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const type = typeof property === "object" && property !== null ? [property.type ?? []].flat().toSorted().join(" or ") : "";
    return { name, path: `${at}/properties${joinPointer(name)}`, type };
  });
  const parts = (Array.isArray(schema.allOf) ? schema.allOf : []).flatMap((part: JsonSchema, index: number) =>
    typeof part === "object" && part !== null ? propertiesOf(part, `${at}/allOf/${index}`) : [],
  );
  return [...own, ...parts];
}

function twins(fields: readonly Named[]): readonly Finding[] {
  const first = new Map<string, Named>();
  return fields.flatMap((field): readonly Finding[] => {
    const folded = field.name.toLowerCase().replaceAll(/(?<=.)[-_]/g, "");
    const twin = first.get(folded);
    first.set(folded, twin ?? field);
    if (twin === undefined) return [];
    const { name, path, type } = field;
    if (twin.name !== name) {
      const message = `differs from "${twin.name}" by case, hyphens and underscores alone`;
      return [{ code: "DUPLICATE_NAME", path, message, severity: "warning" }];
    }
    if (type === twin.type || type === "" || twin.type === "") return [];
    return [{ code: "DUPLICATE_NAME", path, message: `is declared twice in one object, as ${twin.type} and as ${type}` }];
  });
}
