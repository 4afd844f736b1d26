import type { AuthScheme } from "@mortise/contract";

/** One field that a scheme asks for. */
export interface CredentialField {
  readonly name: string;
  readonly required: boolean;
  /** False for a user name or an account id: it is shown, and never masked in data. */
  readonly secret: boolean;
}

/** The fields of a scheme: `apiKey` → apiKey; `basic` → username, password; `bearer` → token; `fields` → its schema's properties. */
export function credentialFields(scheme: AuthScheme): readonly CredentialField[] {
  switch (scheme.kind) {
    case "none":
      return [];
    case "apiKey":
      return [{ name: "apiKey", required: true, secret: true }];
    case "bearer":
      return [{ name: "token", required: true, secret: true }];
    case "basic":
      return [
        { name: "username", required: true, secret: false },
        { name: "password", required: true, secret: true },
      ];
    case "fields":
      return Object.entries(scheme.fields.properties ?? {}).map(([name, schema]) => ({
        name,
        required: scheme.fields.required?.includes(name) ?? false,
        secret: typeof schema === "object" && schema["x-secret"] === true,
      }));
  }
}
