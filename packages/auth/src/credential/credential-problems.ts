import { type AuthScheme, credentialSchema, type Diagnostic } from "@mortise/contract";
import type { Credential } from "./credential.ts";
import { credentialFields } from "./credential-fields.ts";

/** What keeps a credential from being used with a scheme: missing, empty and unknown fields. Values are never looked into or shown. */
export function credentialProblems(scheme: AuthScheme, credential: Credential): readonly Diagnostic[] {
  const fields = credentialFields(scheme);
  const problems: Diagnostic[] = [];
  for (const field of fields) {
    const secret = credential[field.name];
    if (secret === undefined ? field.required : field.required && field.name !== "password" && secret.reveal() === "") {
      problems.push({
        code: "MISSING_KEY",
        severity: "error",
        path: `/credential/${field.name}`,
        message: `The credential has no ${field.name}; the ${scheme.kind} scheme needs ${list(fields.filter((f) => f.required).map((f) => f.name))}.`,
        fix: { title: `Add ${field.name} to the connection's credential.` },
      });
    }
  }
  if (credentialSchema(scheme).additionalProperties !== false) return problems;
  for (const name of Object.keys(credential)) {
    if (fields.some((field) => field.name === name)) continue;
    problems.push({
      code: "UNKNOWN_KEY",
      severity: "warning",
      path: `/credential/${name}`,
      message: `The ${scheme.kind} scheme has no field ${name}; it knows ${list(fields.map((f) => f.name)) || "none"}.`,
      fix: { title: `Remove ${name} from the connection's credential.` },
    });
  }
  return problems;
}

const list = (names: readonly string[]): string => names.join(" and ");
