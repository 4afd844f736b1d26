import type {
  CacheSpec,
  Effect,
  Idempotency,
  JsonSchemaObject,
  Operation,
  OutcomeRule,
  Pagination,
  StreamSpec,
} from "@mortise/contract";
import type { Static, TObject, TSchema } from "typebox";
import type { NativeBinding } from "./native.ts";
import type { NativeSpec } from "./native-body.ts";
import { closedSchema, plainSchema } from "./plain-schema.ts";
import { type Recording, record } from "./record.ts";
import { type AllowedHole, type RequestSpec, requestData } from "./request.ts";

/** A call of another operation of the same connector. `with` sees this operation's `input` and `output`. */
export interface FollowUp<Input, Output> {
  readonly operation: string;
  readonly with: Recording<{ readonly input: Input; readonly output: Output }>;
}

/** How an operation is done: a declarative request, or in-process code. */
export type OperationBody<Input, Output, Settings> =
  | RequestSpec<Input, Settings, AllowedHole<Input, Settings>>
  | NativeSpec<Input, Output, Settings>;

/** What an author says of an operation. */
export interface OperationSpec<Input extends TObject, Output extends TSchema, Settings extends TObject> {
  readonly title: string;
  readonly description?: string;
  readonly effect: Effect;
  /** Absent: `natural` for reads, `none` for everything else, which is then never repeated. */
  readonly idempotency?: Idempotency;
  /** Absent: none. */
  readonly scopes?: readonly string[];
  /** Absent: unlimited. */
  readonly budget?: string;
  /** The connector's settings schema, where the operation uses settings. */
  readonly settings?: Settings;
  /** Takes no other keys than those named, unless it says `additionalProperties`. */
  readonly input: Input;
  readonly output: Output;
  /** JSON pointers into one output item. Absent: none known. */
  readonly identity?: readonly string[];
  readonly outcomes?: readonly OutcomeRule[];
  readonly pagination?: Pagination;
  readonly stream?: StreamSpec;
  readonly cache?: CacheSpec;
  /** Absent: 30,000. */
  readonly attemptTimeoutMs?: number;
  /** Absent: 120,000. */
  readonly operationTimeoutMs?: number;
  /** 1 to 3. Absent: 3 where repeating is safe. */
  readonly maxAttempts?: number;
  readonly compensate?: FollowUp<Static<Input>, Static<Output>>;
  readonly probe?: FollowUp<Static<Input>, Static<Output>>;
  readonly deprecated?: string;
  readonly examples?: readonly { readonly title?: string; readonly input: Static<Input>; readonly output?: Static<Output> }[];
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
  const contract: Operation = {
    title: spec.title,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    effect: spec.effect,
    idempotency: spec.idempotency ?? (spec.effect === "read" ? "natural" : "none"),
    scopes: spec.scopes ?? [],
    ...optional(spec, "budget"),
    input,
    output,
    identity: spec.identity ?? [],
    ...("method" in body
      ? { request: requestData(body, { input, settings: settings ?? false }) }
      : { native: { reason: body.reason, uses: body.uses } }),
    outcomes: spec.outcomes ?? [],
    ...optional(spec, "pagination", "stream", "cache", "attemptTimeoutMs", "operationTimeoutMs", "maxAttempts"),
    ...(spec.compensate ? { compensate: followUp(spec.compensate, input, output) } : {}),
    ...(spec.probe ? { probe: followUp(spec.probe, input, output) } : {}),
    ...optional(spec, "deprecated"),
    examples: (spec.examples ?? []) as Operation["examples"],
  };
  return Object.freeze({ contract, ...("method" in body ? {} : { native: binding(body) }), ...(settings ? { settings } : {}) });
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
