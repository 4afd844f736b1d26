import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { Json } from "../json.ts";
import type { Validator } from "./compile-schema.ts";
import { explainViolations } from "./explain-violations.ts";

/** Formats that validation knows, for suggestions. */
export const FORMATS: readonly string[] = Object.freeze([...Object.keys(fullFormats)]);

let validator: Validator | undefined;

/** The validator of schemas themselves: the meta-schema of JSON Schema 2020-12, built when first used. */
export function schemaDialect(): Validator {
  validator ??= build();
  return validator;
}

function build(): Validator {
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, ownProperties: true, logger: false });
  const check = ajv.getSchema("https://json-schema.org/draft/2020-12/schema");
  return (value: Json) => {
    const { $schema: _, ...schema } = value as { readonly [key: string]: Json };
    if (!check || check(schema)) return { ok: true, value, diagnostics: [] };
    return { ok: false, value, diagnostics: explainViolations((check.errors ?? []) as ErrorObject[], true) };
  };
}
