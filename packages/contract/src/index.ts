export type {
  AuthCommon,
  AuthScheme,
  ConnectStep,
  Placement,
  SessionScheme,
  SingleAuthScheme,
  TokenStep,
} from "./auth-scheme.ts";
export type { Budget } from "./budget.ts";
export type { CallMeta, CallResult, ErrorData, ItemFailure, Outcome } from "./call-result.ts";
export { canonicalJson } from "./canonical-json.ts";
export type { CodeCapabilities, CodeMethod, HttpCapability } from "./code-capabilities.ts";
export type {
  CodeAnswer,
  CodeFailure,
  CodeInvocation,
  CodeLogLine,
  CodePlace,
  CodeQuestion,
  CodeRunner,
} from "./code-runner.ts";
export type { Contract } from "./contract.ts";
export { credentialSchema, keptField, keptSettings } from "./credential-schema.ts";
export { type DeliveryClass, deliveryClass, KEY_WINDOW_MS } from "./delivery-class.ts";
export { describeFormat, describeType, describeValue, joinWords } from "./describe-value.ts";
export type { Diagnostic, Fix, PatchOperation, Severity } from "./diagnostic.ts";
export { parseDuration } from "./duration.ts";
export { CATALOGUE, type CatalogueEntry, type Category, type ErrorCode, type Who } from "./error-catalogue.ts";
export { isMortiseError, MortiseError, type MortiseErrorOptions } from "./errors.ts";
export { DEEPEST_JSON, inexactNumber, isHeld, nestsDeeper, parseExactJson } from "./exact-json.ts";
export { hostSettings } from "./host-settings.ts";
export type {
  BodyType,
  Decoder,
  FileContent,
  FileDecoder,
  FileReference,
  HttpRequest,
  ParameterStyle,
  PartStyle,
  XmlStyle,
} from "./http-request.ts";
export type { DataClass, Json, JsonObject, JsonSchema, JsonSchemaObject, JsonTypeName } from "./json.ts";
export { escapeSegment, getPointer, joinPointer, parsePointer } from "./json-pointer.ts";
export { lineIndex } from "./line-index.ts";
export { CONTRACT_SCHEMA } from "./meta-schema/contract-schema.ts";
export { nearest } from "./nearest.ts";
export type { KeptValue, OAuth2Grant, OAuth2Scheme, SamlAssertion, TokenExpiry } from "./oauth2-scheme.ts";
export type {
  CodeBody,
  CounterExample,
  Effect,
  Example,
  ExampleResponse,
  Idempotency,
  IdempotencyKey,
  NativeBody,
  Operation,
  OperationLifecycle,
  ReviewNote,
  ServiceLevel,
} from "./operation.ts";
export type {
  InstantForm,
  InstantSource,
  ItemOutcomes,
  OutcomeClass,
  OutcomeRule,
  RetrySpec,
  StatusMatch,
} from "./outcome.ts";
export { type ReadJson, type ReadJsonOptions, readJson } from "./read-json.ts";
export type {
  BatchSpec,
  CacheSpec,
  FieldSource,
  Incremental,
  OptionSource,
  PageBounds,
  PageParamPlace,
  Pagination,
  Partition,
  SearchOrCreate,
  StreamSpec,
  WaitSpec,
} from "./reading.ts";
export type { ChangelogEntry, Migration, OperationMigration, Waiver } from "./release.ts";
export { selfContained, sharedName, sharedNames, standingOperation } from "./self-contained.ts";
export type {
  AppInstallScheme,
  AwsSigV4Scheme,
  CustomScheme,
  DigestScheme,
  JwtAssertion,
  JwtScheme,
  MtlsScheme,
  OAuth1Scheme,
  RequestSignature,
  SignatureScheme,
} from "./signing-scheme.ts";
export type { PollTrigger, StreamTrigger, Trigger, TriggerCommon, WebhookSignature, WebhookTrigger } from "./trigger.ts";
export type { CelValue, FollowUp, Probe, Value } from "./value.ts";
