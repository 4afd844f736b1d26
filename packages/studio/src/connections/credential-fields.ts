import { type AuthScheme, credentialSchema, type JsonSchema } from "@mortise/contract";
import type { TFunction } from "i18next";
import { type Field, fieldsOf } from "../forms/fields.ts";

/** What connecting tells is kept here by Mortise itself. */
const KEPT = "kept.";

/** The fields that a credential of this scheme has, in the connector's own words where it has some. */
export function credentialFields(scheme: AuthScheme, t: TFunction): readonly Field[] {
  const schema = credentialSchema(scheme);
  const named = Object.entries(schema.properties ?? {})
    .filter(([key]) => !key.startsWith(KEPT))
    .map(([key, property]) => [key, titled(key, property, t)]);
  return fieldsOf({ ...schema, properties: Object.fromEntries(named) as { readonly [key: string]: JsonSchema } });
}

function titled(key: string, property: JsonSchema, t: TFunction): JsonSchema {
  if (typeof property !== "object" || property.title !== undefined) return property;
  const title = t(`credential.${key}`, { defaultValue: "" });
  return title === "" ? property : { ...property, title };
}
