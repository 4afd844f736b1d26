import { type AuthScheme, credentialSchema } from "@mortise/contract";

/** One field that a scheme asks for. */
export interface CredentialField {
  readonly name: string;
  readonly required: boolean;
  /** False for a user name or an account id: it is shown, and never masked in data. */
  readonly secret: boolean;
}

/** The fields of a scheme, from its `credentialSchema`. */
export function credentialFields(scheme: AuthScheme): readonly CredentialField[] {
  const { properties = {}, required = [] } = credentialSchema(scheme);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    required: required.includes(name),
    secret: typeof schema === "object" && schema["x-secret"] === true,
  }));
}
