// Pins: a key that the types have and the meta-schema refuses, or the other way round. The comparisons are made by the compiler
// (`npm run typecheck`), in both directions: every key, and which of them are required.
import { describe, expect, expectTypeOf, it } from "vitest";
import type {
  AuthScheme,
  BatchSpec,
  Budget,
  CacheSpec,
  ChangelogEntry,
  CodeBody,
  CodeCapabilities,
  ConnectStep,
  Contract,
  CounterExample,
  Example,
  ExampleResponse,
  FieldSource,
  FollowUp,
  HttpCapability,
  HttpRequest,
  IdempotencyKey,
  Incremental,
  InstantSource,
  ItemOutcomes,
  JsonSchemaObject,
  JwtAssertion,
  KeptValue,
  Migration,
  NativeBody,
  Operation,
  OperationLifecycle,
  OptionSource,
  OutcomeRule,
  Pagination,
  ParameterStyle,
  Partition,
  PartStyle,
  Placement,
  RequestSignature,
  RetrySpec,
  ReviewNote,
  SearchOrCreate,
  ServiceLevel,
  StreamSpec,
  TokenExpiry,
  TokenStep,
  Trigger,
  WaitSpec,
  Waiver,
  WebhookSignature,
  XmlStyle,
} from "../../src/index.ts";
import { CONTRACT_SCHEMA } from "../../src/index.ts";
import {
  CACHE_SCHEMA,
  type INSTANT_SCHEMA,
  type ITEM_OUTCOMES_SCHEMA,
  type OUTCOME_SCHEMA,
  type RETRY_SCHEMA,
} from "../../src/meta-schema/answer-schema.ts";
import type {
  CONNECT_STEP_SCHEMA,
  JWT_ASSERTION_SCHEMA,
  KEPT_VALUE_SCHEMA,
  PLACEMENT_SCHEMA,
  REQUEST_SIGNATURE_SCHEMA,
  TOKEN_STEP_SCHEMA,
} from "../../src/meta-schema/auth-parts.ts";
import type { AUTH_SCHEMA } from "../../src/meta-schema/auth-schema.ts";
import type {
  CODE_CAPABILITIES_SCHEMA,
  CODE_SCHEMA,
  HTTP_CAPABILITY_SCHEMA,
  NATIVE_SCHEMA,
  PARAMETER_STYLE_SCHEMA,
  PART_STYLE_SCHEMA,
  REQUEST_SCHEMA,
  XML_STYLE_SCHEMA,
} from "../../src/meta-schema/body-schema.ts";
import type { BUDGET_SCHEMA } from "../../src/meta-schema/budget-schema.ts";
import type { COUNTER_EXAMPLE_SCHEMA, EXAMPLE_RESPONSE_SCHEMA, EXAMPLE_SCHEMA } from "../../src/meta-schema/example-schema.ts";
import type { TOKEN_EXPIRY_SCHEMA } from "../../src/meta-schema/oauth2-schema.ts";
import type {
  IDEMPOTENCY_KEY_SCHEMA,
  OPERATION_SCHEMA,
  REVIEW_NOTE_SCHEMA,
  SERVICE_LEVEL_SCHEMA,
} from "../../src/meta-schema/operation-schema.ts";
import type { FOLLOW_UP_SCHEMA } from "../../src/meta-schema/parts.ts";
import type {
  BATCH_SCHEMA,
  FIELD_SOURCE_SCHEMA,
  INCREMENTAL_SCHEMA,
  OPTION_SOURCE_SCHEMA,
  PAGINATION_SCHEMA,
  PARTITION_SCHEMA,
  SEARCH_OR_CREATE_SCHEMA,
  STREAM_SCHEMA,
  WAIT_SCHEMA,
} from "../../src/meta-schema/reading-schema.ts";
import type {
  CHANGELOG_ENTRY_SCHEMA,
  LIFECYCLE_SCHEMA,
  MIGRATION_SCHEMA,
  WAIVER_SCHEMA,
} from "../../src/meta-schema/release-schema.ts";
import type { SIGNATURE_SCHEMA, TRIGGER_SCHEMA } from "../../src/meta-schema/trigger-schema.ts";
import { compileSchema } from "../../src/validation/index.ts";
import type { SCHEMA_KEYWORDS } from "../../src/validation/schema-keywords.ts";

type Shape = { readonly properties: object; readonly required?: readonly string[] };
type Keys<S extends Shape> = {
  readonly keys: keyof S["properties"];
  readonly required: S extends { readonly required: readonly (infer Name)[] } ? Name : never;
};
type Required<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? never : K }[keyof T];
type Of<T> = { readonly keys: keyof T; readonly required: Required<T> };
type Kind<Union extends { readonly kind: string }, K extends string> = Extract<Union, { readonly kind: K }>;
type Branch<S extends { readonly oneOf: readonly Shape[] }, K extends string> = Extract<
  S["oneOf"][number],
  { readonly properties: { readonly kind: { readonly const: K } } }
>;
type Present<T> = Exclude<T, undefined>;

describe("the meta-schema", () => {
  it("has exactly the keys of the types, and requires the same ones", () => {
    expectTypeOf<Keys<typeof CONTRACT_SCHEMA>>().toEqualTypeOf<Of<Contract>>();
    expectTypeOf<Keys<typeof OPERATION_SCHEMA>>().toEqualTypeOf<Of<Operation>>();
    expectTypeOf<Keys<typeof IDEMPOTENCY_KEY_SCHEMA>>().toEqualTypeOf<Of<IdempotencyKey>>();
    expectTypeOf<Keys<typeof FOLLOW_UP_SCHEMA>>().toEqualTypeOf<Of<FollowUp>>();
    expectTypeOf<Keys<typeof EXAMPLE_RESPONSE_SCHEMA>>().toEqualTypeOf<Of<ExampleResponse>>();
    expectTypeOf<Keys<typeof COUNTER_EXAMPLE_SCHEMA>>().toEqualTypeOf<Of<CounterExample>>();
    expectTypeOf<Keys<typeof PARAMETER_STYLE_SCHEMA>>().toEqualTypeOf<Of<ParameterStyle>>();
    expectTypeOf<Keys<typeof PART_STYLE_SCHEMA>>().toEqualTypeOf<Of<PartStyle>>();
    expectTypeOf<Keys<typeof XML_STYLE_SCHEMA>>().toEqualTypeOf<Of<XmlStyle>>();
    expectTypeOf<Keys<typeof INSTANT_SCHEMA>>().toEqualTypeOf<Of<InstantSource>>();
    expectTypeOf<Keys<typeof ITEM_OUTCOMES_SCHEMA>>().toEqualTypeOf<Of<ItemOutcomes>>();
    expectTypeOf<Keys<typeof RETRY_SCHEMA>>().toEqualTypeOf<Of<RetrySpec>>();
    expectTypeOf<Keys<typeof INCREMENTAL_SCHEMA>>().toEqualTypeOf<Of<Incremental>>();
    expectTypeOf<Keys<typeof PARTITION_SCHEMA>>().toEqualTypeOf<Of<Partition>>();
    expectTypeOf<Keys<typeof WAIT_SCHEMA>>().toEqualTypeOf<Of<WaitSpec>>();
    expectTypeOf<Keys<typeof BATCH_SCHEMA>>().toEqualTypeOf<Of<BatchSpec>>();
    expectTypeOf<Keys<typeof SEARCH_OR_CREATE_SCHEMA>>().toEqualTypeOf<Of<SearchOrCreate>>();
    expectTypeOf<Keys<typeof OPTION_SOURCE_SCHEMA>>().toEqualTypeOf<Of<OptionSource>>();
    expectTypeOf<Keys<typeof FIELD_SOURCE_SCHEMA>>().toEqualTypeOf<Of<FieldSource>>();
    expectTypeOf<Keys<typeof SERVICE_LEVEL_SCHEMA>>().toEqualTypeOf<Of<ServiceLevel>>();
    expectTypeOf<Keys<typeof REVIEW_NOTE_SCHEMA>>().toEqualTypeOf<Of<ReviewNote>>();
    expectTypeOf<Keys<typeof LIFECYCLE_SCHEMA>>().toEqualTypeOf<Of<OperationLifecycle>>();
    expectTypeOf<Keys<typeof CHANGELOG_ENTRY_SCHEMA>>().toEqualTypeOf<Of<ChangelogEntry>>();
    expectTypeOf<Keys<typeof MIGRATION_SCHEMA>>().toEqualTypeOf<Of<Migration>>();
    expectTypeOf<Keys<typeof WAIVER_SCHEMA>>().toEqualTypeOf<Of<Waiver>>();
    expectTypeOf<Keys<typeof SIGNATURE_SCHEMA>>().toEqualTypeOf<Of<WebhookSignature>>();
    expectTypeOf<Keys<typeof EXAMPLE_SCHEMA>>().toEqualTypeOf<Of<Example>>();
    expectTypeOf<Keys<typeof REQUEST_SCHEMA>>().toEqualTypeOf<Of<HttpRequest>>();
    expectTypeOf<Keys<typeof CODE_SCHEMA>>().toEqualTypeOf<Of<CodeBody>>();
    expectTypeOf<keyof (typeof CODE_CAPABILITIES_SCHEMA)["properties"]>().toEqualTypeOf<keyof CodeCapabilities>();
    expectTypeOf<Keys<typeof HTTP_CAPABILITY_SCHEMA>>().toEqualTypeOf<Of<HttpCapability>>();
    expectTypeOf<Keys<typeof NATIVE_SCHEMA>>().toEqualTypeOf<Of<NativeBody>>();
    expectTypeOf<Keys<typeof OUTCOME_SCHEMA>>().toEqualTypeOf<Of<OutcomeRule>>();
    expectTypeOf<Keys<(typeof OUTCOME_SCHEMA)["properties"]["when"]>>().toEqualTypeOf<Of<OutcomeRule["when"]>>();
    expectTypeOf<Keys<typeof STREAM_SCHEMA>>().toEqualTypeOf<Of<StreamSpec>>();
    expectTypeOf<Keys<typeof CACHE_SCHEMA>>().toEqualTypeOf<Of<CacheSpec>>();
    expectTypeOf<Keys<typeof BUDGET_SCHEMA>>().toEqualTypeOf<Of<Budget>>();
    expectTypeOf<Keys<(typeof BUDGET_SCHEMA)["properties"]["remaining"]>>().toEqualTypeOf<Of<Present<Budget["remaining"]>>>();
  });

  it("has exactly the kinds of the unions, each with its keys", () => {
    expectTypeOf<(typeof AUTH_SCHEMA)["oneOf"][number]["properties"]["kind"]["const"]>().toEqualTypeOf<AuthScheme["kind"]>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "none">>>().toEqualTypeOf<Of<Kind<AuthScheme, "none">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "apiKey">>>().toEqualTypeOf<Of<Kind<AuthScheme, "apiKey">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "basic">>>().toEqualTypeOf<Of<Kind<AuthScheme, "basic">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "bearer">>>().toEqualTypeOf<Of<Kind<AuthScheme, "bearer">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "oauth2">>>().toEqualTypeOf<Of<Kind<AuthScheme, "oauth2">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "session">>>().toEqualTypeOf<Of<Kind<AuthScheme, "session">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "digest">>>().toEqualTypeOf<Of<Kind<AuthScheme, "digest">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "oauth1">>>().toEqualTypeOf<Of<Kind<AuthScheme, "oauth1">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "jwt">>>().toEqualTypeOf<Of<Kind<AuthScheme, "jwt">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "awsSigV4">>>().toEqualTypeOf<Of<Kind<AuthScheme, "awsSigV4">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "mtls">>>().toEqualTypeOf<Of<Kind<AuthScheme, "mtls">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "signature">>>().toEqualTypeOf<Of<Kind<AuthScheme, "signature">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "appInstall">>>().toEqualTypeOf<Of<Kind<AuthScheme, "appInstall">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "custom">>>().toEqualTypeOf<Of<Kind<AuthScheme, "custom">>>();
    expectTypeOf<Keys<typeof TOKEN_EXPIRY_SCHEMA>>().toEqualTypeOf<Of<TokenExpiry>>();
    expectTypeOf<Keys<typeof TOKEN_STEP_SCHEMA>>().toEqualTypeOf<Of<TokenStep>>();
    expectTypeOf<Keys<typeof KEPT_VALUE_SCHEMA>>().toEqualTypeOf<Of<KeptValue>>();
    expectTypeOf<Keys<typeof PLACEMENT_SCHEMA>>().toEqualTypeOf<Of<Placement>>();
    expectTypeOf<Keys<typeof CONNECT_STEP_SCHEMA>>().toEqualTypeOf<Of<ConnectStep>>();
    expectTypeOf<Keys<typeof JWT_ASSERTION_SCHEMA>>().toEqualTypeOf<Of<JwtAssertion>>();
    expectTypeOf<Keys<typeof REQUEST_SIGNATURE_SCHEMA>>().toEqualTypeOf<Of<RequestSignature>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "all">>>().toEqualTypeOf<Of<Kind<AuthScheme, "all">>>();
    expectTypeOf<Keys<Branch<typeof TRIGGER_SCHEMA, "poll">>>().toEqualTypeOf<Of<Kind<Trigger, "poll">>>();
    expectTypeOf<Keys<Branch<typeof TRIGGER_SCHEMA, "webhook">>>().toEqualTypeOf<Of<Kind<Trigger, "webhook">>>();
    expectTypeOf<Keys<Branch<typeof AUTH_SCHEMA, "fields">>>().toEqualTypeOf<Of<Kind<AuthScheme, "fields">>>();
    expectTypeOf<(typeof PAGINATION_SCHEMA)["oneOf"][number]["properties"]["kind"]["const"]>().toEqualTypeOf<
      Pagination["kind"]
    >();
    expectTypeOf<Keys<Branch<typeof PAGINATION_SCHEMA, "cursor">>>().toEqualTypeOf<Of<Kind<Pagination, "cursor">>>();
    expectTypeOf<Keys<Branch<typeof PAGINATION_SCHEMA, "page">>>().toEqualTypeOf<Of<Kind<Pagination, "page">>>();
    expectTypeOf<Keys<Branch<typeof PAGINATION_SCHEMA, "offset">>>().toEqualTypeOf<Of<Kind<Pagination, "offset">>>();
    expectTypeOf<Keys<Branch<typeof PAGINATION_SCHEMA, "link">>>().toEqualTypeOf<Of<Kind<Pagination, "link">>>();
    expectTypeOf<Keys<Branch<typeof PAGINATION_SCHEMA, "nextUrl">>>().toEqualTypeOf<Of<Kind<Pagination, "nextUrl">>>();
  });

  it("allows exactly the words that the types allow", () => {
    type Words<S extends { readonly enum: readonly unknown[] }> = S["enum"][number];
    type OperationKeys = (typeof OPERATION_SCHEMA)["properties"];
    expectTypeOf<Words<OperationKeys["effect"]>>().toEqualTypeOf<Operation["effect"]>();
    expectTypeOf<Words<OperationKeys["idempotency"]["anyOf"][0]>>().toEqualTypeOf<Extract<Operation["idempotency"], string>>();
    expectTypeOf<Words<(typeof IDEMPOTENCY_KEY_SCHEMA)["properties"]["key"]>>().toEqualTypeOf<IdempotencyKey["key"]>();
    expectTypeOf<Words<(typeof REQUEST_SCHEMA)["properties"]["method"]>>().toEqualTypeOf<HttpRequest["method"]>();
    expectTypeOf<Words<(typeof OUTCOME_SCHEMA)["properties"]["as"]>>().toEqualTypeOf<OutcomeRule["as"]>();
    expectTypeOf<Words<(typeof STREAM_SCHEMA)["properties"]["resume"]>>().toEqualTypeOf<StreamSpec["resume"]>();
    expectTypeOf<Words<(typeof BUDGET_SCHEMA)["properties"]["scope"]>>().toEqualTypeOf<Budget["scope"]>();
  });

  it("knows every schema keyword that the type of schemas has, and no keyword is only in the type", () => {
    expectTypeOf<(typeof SCHEMA_KEYWORDS)[number]>().toEqualTypeOf<keyof JsonSchemaObject>();
  });

  it("compiles, and closes every object that it describes", () => {
    expect(compileSchema(CONTRACT_SCHEMA)({}).ok).toBe(false);
    expect(CACHE_SCHEMA.additionalProperties).toBe(false);
    const open: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      if ("properties" in schema && (schema as { additionalProperties?: unknown }).additionalProperties !== false)
        open.push(path);
      for (const [key, part] of Object.entries(schema)) visit(part, `${path}/${key}`);
    };
    visit(CONTRACT_SCHEMA, "");
    expect(open).toEqual([]);
  });
});
