import type { AuthScheme, JsonSchemaObject } from "@mortise/contract";
import type { TFunction } from "i18next";
import { type Field, fieldsOf } from "../forms/fields.ts";

/** The fields that a credential of this scheme has. */
export function credentialFields(scheme: AuthScheme, t: TFunction): readonly Field[] {
  const secret = (key: string): JsonSchemaObject => ({ type: "string", title: t(`credential.${key}`), "x-secret": true });
  switch (scheme.kind) {
    case "none":
      return [];
    case "apiKey":
      return fieldsOf({ required: ["apiKey"], properties: { apiKey: secret("apiKey") } });
    case "bearer":
      return fieldsOf({ required: ["token"], properties: { token: secret("token") } });
    case "basic":
      return fieldsOf({
        required: ["username", "password"],
        properties: { username: { type: "string", title: t("credential.username") }, password: secret("password") },
      });
    case "fields":
      return fieldsOf(scheme.fields);
  }
}
