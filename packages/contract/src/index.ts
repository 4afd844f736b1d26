export type { CallMeta, CallResult, ErrorData, Outcome } from "./call-result.ts";
export type {
  AuthCommon,
  AuthScheme,
  Budget,
  CacheSpec,
  CodeBody,
  Contract,
  Effect,
  Example,
  HttpRequest,
  Idempotency,
  IdempotencyKey,
  NativeBody,
  Operation,
  OutcomeClass,
  OutcomeRule,
  Pagination,
  StatusMatch,
  StreamSpec,
  Value,
} from "./contract.ts";
export type { Diagnostic, Fix, PatchOperation, Severity } from "./diagnostic.ts";
export { CATALOGUE, type CatalogueEntry, type Category, type ErrorCode, type Who } from "./error-catalogue.ts";
export { isMortiseError, MortiseError, type MortiseErrorOptions } from "./errors.ts";
export type { DataClass, Json, JsonObject, JsonSchema, JsonSchemaObject, JsonTypeName } from "./json.ts";
