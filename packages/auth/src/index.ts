export { type Credential, wrapCredential } from "./credential/credential.ts";
export { type CredentialField, credentialFields } from "./credential/credential-fields.ts";
export { credentialProblems } from "./credential/credential-problems.ts";
export { Secret } from "./credential/secret.ts";
export { redactBySchema } from "./redaction/redact-by-schema.ts";
export { createRedactor, type Redactor } from "./redaction/redactor.ts";
export { applyAuth } from "./scheme/apply-auth.ts";
export type { AuthorizedDraft, RequestDraft } from "./scheme/request-draft.ts";
