import type { JsonSchema, JsonTypeName } from "@mortise/contract";
import type { DocumentSet } from "../document/document-set.ts";
import type { Findings } from "../document/findings.ts";
import type { Dialect, SchemaImporter } from "../schemas/schema-importer.ts";

/** What the parts of an import share. */
export interface ImportContext {
  readonly documents: DocumentSet;
  readonly dialect: Dialect;
  readonly findings: Findings;
  readonly schemas: SchemaImporter;
  /** The `$ref` of the schema for files and other bytes in an input. */
  fileSchema(): string;
}

/** A schema that says no more than that it is JSON, yet names a type. */
export const ANY_TYPE: { readonly type: readonly JsonTypeName[] } = Object.freeze({
  type: Object.freeze(["object", "array", "string", "number", "boolean", "null"] as const),
});

/** Bytes as an input carries them: base64 text, or a file with its name and type. */
export const FILE_SCHEMA = Object.freeze({
  title: "File",
  "x-widget": "file",
  anyOf: [
    { type: "string", title: "base64", contentEncoding: "base64" },
    {
      type: "object",
      title: "file",
      properties: {
        name: { type: "string", description: "File name." },
        type: { type: "string", description: "Media type." },
        base64: { type: "string", contentEncoding: "base64" },
        text: { type: "string" },
      },
      oneOf: [{ required: ["base64"] }, { required: ["text"] }],
      additionalProperties: false,
    },
  ],
} as const satisfies JsonSchema);
