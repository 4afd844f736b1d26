import type { CodeBody, Effect, Idempotency, JsonSchema, JsonSchemaObject, Operation, Probe, WaitSpec } from "@mortise/contract";
import type { Static, TObject, TSchema } from "typebox";
import type { NativeBinding } from "./native.ts";
import type { NativeSpec } from "./native-body.ts";
import { closedSchema, plainSchema } from "./plain-schema.ts";
import { type Recording, record, type ScopeSchemas } from "./record.ts";
import { type AllowedHole, type RequestSpec, requestData } from "./request.ts";
import type { SearchOrCreateSpec } from "./search-or-create.ts";

/** A call of another operation of the same connector. `with` sees this operation's `input` and `output`. */
export interface FollowUp<Input, Output> {
  readonly operation: string;
  readonly with: Recording<{ readonly input: Input; readonly output: Output }>;
}

/** Data of a shape that only the vendor knows; every place in it can be recorded. */
export interface Unshaped {
  readonly [key: string]: Unshaped;
}

/** A call of another operation, with values recorded from a scope. */
export interface RecordedCall<Scope> {
  readonly operation: string;
  readonly with: Recording<Scope>;
}

/** What the calls of a long-running job see: `output` is what the request came to, `polled` what the last poll did. */
export interface JobScope<Input, Settings> {
  readonly input: Input;
  readonly settings: Settings;
  readonly output: Unshaped;
  readonly polled: Unshaped;
}

/** A long-running job (see `WaitSpec` of the contract), its calls still to be recorded. */
export type WaitRecording<Input, Settings> = Omit<WaitSpec, "poll" | "fetch" | "cancel"> & {
  readonly poll: RecordedCall<JobScope<Input, Settings>>;
  readonly fetch?: RecordedCall<JobScope<Input, Settings>>;
  readonly cancel?: RecordedCall<JobScope<Input, Settings>>;
};

/** A read that finds out whether a write took effect (see `Probe` of the contract), still to be recorded. */
export type ProbeRecording<Input, Settings> = RecordedCall<{ readonly input: Input; readonly settings: Settings }> &
  Omit<Probe, "operation" | "with" | "item"> & {
    readonly item?: Recording<{ readonly input: Input; readonly settings: Settings; readonly output: Unshaped }>;
  };

/** One list per part, over values or over the items of another operation. */
export type PartitionRecording<Input, Settings> =
  | { readonly over: Recording<{ readonly input: Input; readonly settings: Settings }> }
  | { readonly parent: RecordedCall<{ readonly input: Input; readonly settings: Settings }> };

/** Parts of an operation that are data as they stand in the contract. */
type PlainParts = Partial<
  Pick<
    Operation,
    | "reversible"
    | "auth"
    | "budget"
    | "cost"
    | "itemOutcomes"
    | "pagination"
    | "stream"
    | "incremental"
    | "batch"
    | "cache"
    | "hedge"
    | "retry"
    | "attemptTimeoutMs"
    | "operationTimeoutMs"
    | "maxAttempts"
    | "serviceLevel"
    | "lifecycle"
    | "deprecated"
    | "review"
    | "counterExamples"
  >
>;

const PLAIN_PARTS = Object.freeze([
  "itemOutcomes",
  "pagination",
  "stream",
  "incremental",
  "batch",
  "cache",
  "hedge",
  "retry",
  "attemptTimeoutMs",
  "operationTimeoutMs",
  "maxAttempts",
] as const satisfies readonly (keyof PlainParts)[]);

const LAST_PARTS = Object.freeze([
  "serviceLevel",
  "lifecycle",
  "deprecated",
  "review",
] as const satisfies readonly (keyof PlainParts)[]);

/** How an operation is done: a declarative request, a search before a create, code in the sandbox, or in-process code. */
export type OperationBody<Input, Output, Settings> =
  | RequestSpec<Input, Settings, AllowedHole<Input, Settings>>
  | SearchOrCreateSpec<Input, Settings>
  | CodeBody
  | NativeSpec<Input, Output, Settings>;

/** What an author says of an operation; what is not explained here is as in the contract's `Operation`. */
export interface OperationSpec<Input extends TObject, Output extends TSchema, Settings extends TObject> extends PlainParts {
  readonly title: string;
  readonly description?: string;
  readonly effect: Effect;
  /** Absent: `natural` for reads, `none` for everything else, which is then never repeated. */
  readonly idempotency?: Idempotency;
  /** Absent: none. */
  readonly scopes?: readonly string[];
  /** The connector's settings schema, where the operation uses settings. */
  readonly settings?: Settings;
  /** Takes no other keys than those named, unless it says `additionalProperties`. */
  readonly input: Input;
  readonly output: Output;
  /** JSON pointers into one output item. Absent: none known. */
  readonly identity?: readonly string[];
  readonly outcomes?: Operation["outcomes"];
  readonly partition?: PartitionRecording<Static<Input>, Static<Settings>>;
  readonly wait?: WaitRecording<Static<Input>, Static<Settings>>;
  readonly compensate?: FollowUp<Static<Input>, Static<Output>>;
  readonly probe?: ProbeRecording<Static<Input>, Static<Settings>>;
  readonly examples?: readonly (Omit<Operation["examples"][number], "input" | "output"> & {
    readonly input: Static<Input>;
    readonly output?: Static<Output>;
  })[];
}

/** An operation as data, with its code beside it. */
export interface DefinedOperation {
  readonly contract: Operation;
  readonly native?: NativeBinding;
  /** The settings schema that it was written against. */
  readonly settings?: JsonSchemaObject;
}

/**
 * Describes one typed call: what it is, then how it is done. What recording functions build is recorded here, once; nothing of them is
 * left at run time.
 */
export function operation<
  const Input extends TObject,
  const Output extends TSchema,
  const Settings extends TObject = TObject<Record<never, never>>,
>(
  spec: OperationSpec<Input, Output, Settings>,
  body: OperationBody<Static<Input>, Static<Output>, Static<Settings>>,
): DefinedOperation {
  const input = closedSchema(spec.input);
  const output = plainSchema(spec.output);
  const settings = spec.settings && closedSchema(spec.settings);
  const schemas = { input, settings: settings ?? false };
  const contract: Operation = {
    title: spec.title,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    effect: spec.effect,
    idempotency: spec.idempotency ?? (spec.effect === "read" ? "natural" : "none"),
    ...optional(spec, "reversible"),
    scopes: spec.scopes ?? [],
    ...optional(spec, "auth", "budget", "cost"),
    input,
    output,
    identity: spec.identity ?? [],
    ...bodyData(body, schemas),
    outcomes: spec.outcomes ?? [],
    ...optional(spec, ...PLAIN_PARTS),
    ...(spec.partition ? { partition: partitionData(spec.partition, schemas) } : {}),
    ...(spec.wait ? { wait: waitData(spec.wait, schemas) } : {}),
    ...(spec.compensate ? { compensate: followUp(spec.compensate, input, output) } : {}),
    ...(spec.probe ? { probe: probeData(spec.probe, schemas) } : {}),
    ...optional(spec, ...LAST_PARTS),
    examples: (spec.examples ?? []) as Operation["examples"],
    ...optional(spec, "counterExamples"),
  };
  return Object.freeze({ contract, ...("reason" in body ? { native: binding(body) } : {}), ...(settings ? { settings } : {}) });
}

interface Schemas {
  readonly input: JsonSchemaObject;
  readonly settings: JsonSchema;
}

function bodyData<Input, Output, Settings>(
  body: OperationBody<Input, Output, Settings>,
  schemas: Schemas,
): Pick<Operation, "request" | "searchOrCreate" | "code" | "native"> {
  if ("reason" in body) return { native: { reason: body.reason, uses: body.uses } };
  if ("entry" in body) return { code: { entry: body.entry, capabilities: body.capabilities } };
  if ("method" in body) return { request: requestData(body, schemas) };
  const { search, create } = body;
  return {
    searchOrCreate: {
      search: { ...recorded(search, schemas), item: record(search.item, { ...schemas, output: true }) },
      create: recorded(create, schemas),
    },
  };
}

function partitionData<Input, Settings>(
  partition: PartitionRecording<Input, Settings>,
  schemas: Schemas,
): NonNullable<Operation["partition"]> {
  return "over" in partition ? { over: record(partition.over, { ...schemas }) } : { parent: recorded(partition.parent, schemas) };
}

function waitData<Input, Settings>(
  { poll, fetch, cancel, ...rest }: WaitRecording<Input, Settings>,
  schemas: Schemas,
): NonNullable<Operation["wait"]> {
  const scope = { ...schemas, output: true, polled: true };
  return {
    ...rest,
    poll: recorded(poll, scope),
    ...(fetch ? { fetch: recorded(fetch, scope) } : {}),
    ...(cancel ? { cancel: recorded(cancel, scope) } : {}),
  };
}

function probeData<Input, Settings>(
  { item, after, ...call }: ProbeRecording<Input, Settings>,
  schemas: Schemas,
): NonNullable<Operation["probe"]> {
  return {
    ...recorded(call, schemas),
    ...(item === undefined ? {} : { item: record(item, { ...schemas, output: true }) }),
    ...(after === undefined ? {} : { after }),
  };
}

function recorded<Scope>({ operation: name, with: recording }: RecordedCall<Scope>, scopes: object) {
  return { operation: name, with: record(recording, { ...(scopes as ScopeSchemas) }) };
}

function followUp<Input, Output>(
  { operation: name, with: recording }: FollowUp<Input, Output>,
  input: JsonSchemaObject,
  output: JsonSchemaObject,
) {
  return { operation: name, with: record(recording, { input, output }) };
}

function binding<Input, Output, Settings>(spec: NativeSpec<Input, Output, Settings>): NativeBinding {
  return spec.call ? { call: spec.call } : { stream: spec.stream };
}

function optional<T extends object, K extends keyof T>(spec: T, ...keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]]]))) as Partial<Pick<T, K>>;
}
