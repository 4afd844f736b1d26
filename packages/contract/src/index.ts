export type { CallMeta, CallResult, ErrorData, Outcome } from "./call-result.ts";
export type {
  AuthCommon,
  AuthScheme,
  Budget,
  CacheSpec,
  CelValue,
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
export { describeFormat, describeType, describeValue, joinWords } from "./describe-value.ts";
export type { Diagnostic, Fix, PatchOperation, Severity } from "./diagnostic.ts";
export { parseDuration } from "./duration.ts";
export { CATALOGUE, type CatalogueEntry, type Category, type ErrorCode, type Who } from "./error-catalogue.ts";
export { isMortiseError, MortiseError, type MortiseErrorOptions } from "./errors.ts";
export type { DataClass, Json, JsonObject, JsonSchema, JsonSchemaObject, JsonTypeName } from "./json.ts";
export { escapeSegment, getPointer, joinPointer, parsePointer } from "./json-pointer.ts";
export { CONTRACT_SCHEMA } from "./meta-schema/contract-schema.ts";
export { nearest } from "./nearest.ts";
export { type ReadJson, readJson } from "./read-json.ts";
