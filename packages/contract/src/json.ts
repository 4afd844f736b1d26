import type { FieldSource, OptionSource } from "./reading.ts";

/** A JSON value (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object (RFC 8259, section 4). */
export type JsonObject = { readonly [key: string]: Json };

/** A JSON Schema, dialect 2020-12, as plain data. `true` accepts everything, `false` nothing. */
export type JsonSchema = boolean | JsonSchemaObject;

/** The object form of a JSON Schema 2020-12 with the hints that Mortise adds (`x-…`). */
export interface JsonSchemaObject {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: JsonSchema };
  readonly $anchor?: string;
  readonly $comment?: string;
  readonly type?: JsonTypeName | readonly JsonTypeName[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly patternProperties?: { readonly [pattern: string]: JsonSchema };
  readonly propertyNames?: JsonSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly contains?: JsonSchema;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly unevaluatedItems?: JsonSchema;
  readonly unevaluatedProperties?: JsonSchema;
  readonly dependentRequired?: { readonly [key: string]: readonly string[] };
  readonly dependentSchemas?: { readonly [key: string]: JsonSchema };
  readonly contentEncoding?: string;
  readonly contentMediaType?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly deprecated?: boolean;
  /** The value never appears in logs, spans, errors, run data or the browser. */
  readonly "x-secret"?: boolean;
  /** Data class of the value; an undeclared one counts as `unknown`. */
  readonly "x-data-class"?: DataClass;
  /** Help text shown under the field. */
  readonly "x-help"?: string;
  /** Placeholder of the input field. */
  readonly "x-placeholder"?: string;
  /** Position in the form, ascending; absent sorts last in document order. */
  readonly "x-order"?: number;
  /** Which editor the builder shows; absent is derived from `type` and `format`. */
  readonly "x-widget"?: "text" | "textarea" | "code" | "select" | "switch" | "file" | "sql" | "hidden" | "json";
  /** Folded away under "More options". */
  readonly "x-advanced"?: boolean;
  /**
   * Of a setting: `false` says that it decides neither where calls go nor whom they trust, so a credential stays when it is changed. Absent:
   * true where code or native parts of the connector read the settings, or where calls may go anywhere.
   */
  readonly "x-steers"?: boolean;
  /** Choices that an operation of the connector gives. */
  readonly "x-options"?: OptionSource;
  /** The object's shape is what an operation of the connector says; what the schema itself says holds besides. */
  readonly "x-fields"?: FieldSource;
  /** Why a field that looks like an identifier has no choices. */
  readonly "x-no-options"?: string;
  /** A sample value used for previews and synthetic data. */
  readonly "x-sample"?: Json;
}

export type JsonTypeName = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";

/** How sensitive a value is, in ascending order of what a policy will ask of it. */
export type DataClass = "public" | "internal" | "personal" | "special" | "payment" | "credential" | "unknown";
