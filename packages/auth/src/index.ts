export { type Credential, wrapCredential } from "./credential/credential.ts";
export { type CredentialField, credentialFields } from "./credential/credential-fields.ts";
export { credentialProblems } from "./credential/credential-problems.ts";
export { missingSettings } from "./credential/missing-settings.ts";
export { Secret } from "./credential/secret.ts";
export { dpopThumbprint } from "./dpop/dpop-key.ts";
export { type DpopAsk, dpopProof } from "./dpop/dpop-proof.ts";
export { type DevicePoll, type DeviceStart, pollDevice, startDevice } from "./grants/device.ts";
export { type Introspection, introspect } from "./grants/introspect.ts";
export { revoke, revokeCredential, type TokenHint } from "./grants/revoke.ts";
export { type JwtDescription, type JwtParts, signJwt } from "./jwt/sign-jwt.ts";
export { type KeyChoice, type SigningKey, signingKey } from "./jwt/signing-key.ts";
export { Circuit, type CircuitEnd, type CircuitPass, type CircuitPolicy, type CircuitState } from "./lifecycle/circuit.ts";
export {
  type ConnectionHealth,
  type ConnectionState,
  type HealthChange,
  type HealthFinding,
  type HealthObserver,
  type HealthReason,
  type HealthReport,
  type HealthReporter,
  needsOwner,
  type OwnerState,
  type TokenLife,
} from "./lifecycle/connection-health.ts";
export { HealthBook } from "./lifecycle/health-book.ts";
export { nextHealth, stateAt, unknownHealth } from "./lifecycle/next-health.ts";
export { askForCode } from "./oidc/ask-for-code.ts";
export { alsoHiding } from "./redaction/also-hiding.ts";
export { redactBySchema } from "./redaction/redact-by-schema.ts";
export { createRedactor, type Redactor } from "./redaction/redactor.ts";
export { isSecretHeader } from "./redaction/secret-names.ts";
export { tokensIn } from "./redaction/tokens-in.ts";
export { applyAuth, type TokenLookup } from "./scheme/apply-auth.ts";
export type { CustomCode, CustomCodeRequest } from "./scheme/custom/custom-code.ts";
export {
  askForInstallation,
  finishInstallation,
  type InstallQuery,
  installsByBrowser,
} from "./scheme/install-app.ts";
export {
  askForOAuth1,
  connectsByOAuth1,
  finishOAuth1,
  type OAuth1Query,
  type OAuth1Return,
} from "./scheme/oauth1/oauth1-connect.ts";
export type { AuthorizedDraft, RequestDraft, SignedRequest, WholeRequest } from "./scheme/request-draft.ts";
export {
  type AnswerHead,
  type RequestSigner,
  requestSigner,
  type SignerOwner,
  type SigningContext,
} from "./scheme/request-signer.ts";
export { type CompiledSignature, compileSignature } from "./scheme/signature/compile-signature.ts";
export {
  type AuthorizationAsk,
  type AuthorizationPending,
  type AuthorizationReturn,
  type AuthorizationStart,
  askedScopes,
  authorizationUrl,
  exchangeCode,
} from "./tokens/authorization-code.ts";
export type { CredentialLease, CredentialStore, PlainCredential } from "./tokens/credential-store.ts";
export { exchangeDeliveredCode } from "./tokens/delivered-code.ts";
export { endpointUrl } from "./tokens/endpoint-url.ts";
export { plainWords } from "./tokens/plain-words.ts";
export { isPersonal } from "./tokens/refresh-mode.ts";
export { type ClientDescription, clientMetadata, clientMetadataDocument, registerClient } from "./tokens/register-client.ts";
export type { TokenQuery } from "./tokens/request-token.ts";
export { TokenKeeper, type TokenKeeperOptions } from "./tokens/token-keeper.ts";
export {
  type HeldSecret,
  isTokenScheme,
  type KeepAlive,
  type TokenHolder,
  type TokenScheme,
  type TokenSource,
} from "./tokens/token-source.ts";
export type { TokenAnswer, TokenRequest, TokenTransport } from "./tokens/token-transport.ts";
export { unboundHosts } from "./tokens/unbound-hosts.ts";
export { type BackingOffOptions, backingOff } from "./vault/backing-off.ts";
export { type EnvironmentKeysOptions, environmentKeys } from "./vault/environment-keys.ts";
export { type FileKeysOptions, fileKeys } from "./vault/file-keys.ts";
export type { KekProvider, KeyDescription, KeyState, WrappedDek } from "./vault/kek-provider.ts";
export { keyring } from "./vault/keyring.ts";
export { type KmsFailure, type KmsKeysOptions, kmsKeys } from "./vault/kms-keys.ts";
export {
  checkOf,
  type FirstFormatSecret,
  kekIdOf,
  type SealedSecret,
  type StoredSecret,
} from "./vault/sealed-secret.ts";
export type { Binding, SecretPlace } from "./vault/secret-place.ts";
export type { KeyTransport } from "./vault/transit-client.ts";
export { type TransitKeysOptions, transitKeys } from "./vault/transit-keys.ts";
export { Vault, type VaultOptions } from "./vault/vault.ts";
