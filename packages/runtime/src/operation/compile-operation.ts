import { type CompiledValue, compileValue, type Scope } from "@mortise/builders";
import { type Decoder, type HttpRequest, type Json, MortiseError, type Operation } from "@mortise/contract";
import { compileSchema, type Validator } from "@mortise/contract/validation";
import type { Connector, NativeBinding } from "@mortise/sdk";
import { type AnswerDecoder, compileDecoder } from "../attempts/decoding/decode-answer.ts";
import { type CompiledCode, compileCode } from "../code/compile-code.ts";
import { type CompiledSearchOrCreate, compileSearchOrCreate } from "../jobs/compile-search-or-create.ts";
import { type CompiledWait, compileWait } from "../jobs/compile-wait.ts";
import { compileItemOutcomes, type ItemJudge } from "../outcome/compile-item-outcomes.ts";
import { compileOutcomes, type Seen } from "../outcome/compile-outcomes.ts";
import type { Classified } from "../outcome/compile-rule.ts";
import { type CompiledProbe, compileProbe } from "../probe/compile-probe.ts";
import { type CompiledIncremental, compileIncremental } from "../reading/compile-incremental.ts";
import { type CompiledPartition, compilePartition } from "../reading/compile-partition.ts";
import { type Backoff, compileBackoff } from "../retry/backoff.ts";
import { compileRequest, type RequestBuilder } from "./compile-request.ts";
import { sound } from "./sound.ts";

/** An operation made ready once: validators, values, outcome table, body. */
export interface CompiledOperation {
  readonly connector: Connector;
  readonly name: string;
  readonly operation: Operation;
  /** The auth schemes that it accepts, as a text: the same for operations that accept the same. */
  readonly accepts: string;
  readonly validateInput: Validator;
  readonly validateOutput: Validator;
  readonly classify: (seen: Seen) => Classified | undefined;
  /** Finds failed items in an output. Undefined: the operation has no rules for items. */
  readonly judgeItems: ItemJudge | undefined;
  /** Waits between attempts where answers do not say. */
  readonly backoff: Backoff;
  /** Name of the field that carries the idempotency key in this call; `""`: none. Undefined: the operation takes no key. */
  readonly keyName: ((scope: Scope) => string) | undefined;
  readonly body: CompiledBody;
  readonly incremental: CompiledIncremental | undefined;
  readonly partition: CompiledPartition | undefined;
  readonly wait: CompiledWait | undefined;
  /** Finds out whether a write took effect. */
  readonly probe: CompiledProbe | undefined;
}

/** How an operation is carried out. */
export type CompiledBody =
  | {
      readonly kind: "request";
      readonly request: HttpRequest;
      readonly build: RequestBuilder;
      readonly decode: AnswerDecoder;
      /** Where successes are written to. Absent: they are decoded. */
      readonly file?: CompiledFile | undefined;
      readonly output: CompiledValue | undefined;
    }
  | { readonly kind: "code"; readonly code: CompiledCode }
  | { readonly kind: "native"; readonly binding: NativeBinding }
  | (CompiledSearchOrCreate & { readonly kind: "searchOrCreate" });

/** A file that an answer is written to. */
export interface CompiledFile {
  readonly path: CompiledValue;
  readonly maxBytes: number | undefined;
}

/** Compiles an operation. Throws the first error of its values, `INTERNAL` where a native operation comes without its code. */
export function compileOperation(connector: Connector, name: string, operation: Operation): CompiledOperation {
  const { idempotency } = operation;
  const { schemas, operations } = connector.contract;
  /** As the contract has it: shared schemas are compiled once for all operations. */
  const { input, output } = operations[name] ?? operation;
  return Object.freeze({
    connector,
    name,
    operation,
    accepts: JSON.stringify(operation.auth ?? null),
    validateInput: compileSchema(input, { useDefaults: true, ...(schemas === undefined ? {} : { schemas }) }),
    validateOutput: whenFirstUsed(() => compileSchema(output, schemas === undefined ? {} : { schemas })),
    classify: compileOutcomes(operation.outcomes),
    judgeItems: compileItemOutcomes(operation.itemOutcomes),
    backoff: compileBackoff(operation.retry),
    keyName: typeof idempotency === "string" ? undefined : compileKeyName(idempotency.key, idempotency.name),
    body: compileBody(connector, name, operation),
    incremental: compileIncremental(name, operation),
    partition: compilePartition(connector.contract, name, operation),
    wait: compileWait(connector.contract, name, operation),
    probe: compileProbe(connector.contract, name, operation),
  });
}

/** Outputs of large vendors refer to hundreds of schemas; a call that fails before it has one does not wait for them. */
function whenFirstUsed(compile: () => Validator): Validator {
  let validator: Validator | undefined;
  return (value) => {
    validator ??= compile();
    return validator(value);
  };
}

function compileBody(connector: Connector, name: string, operation: Operation): CompiledBody {
  const { request, searchOrCreate, native, code } = operation;
  if (request !== undefined) {
    const output = request.output === undefined ? undefined : sound(compileValue(request.output), name);
    const file = compileFile(request.decode, name);
    const decode = compileDecoder(request.decode, output === undefined ? operation.output : undefined);
    return { kind: "request", request, build: compileRequest(request, connector.contract.hosts), decode, file, output };
  }
  if (searchOrCreate !== undefined) {
    return { kind: "searchOrCreate", ...compileSearchOrCreate(connector.contract, name, operation, searchOrCreate) };
  }
  if (code !== undefined) return { kind: "code", code: compileCode(connector, name, code) };
  const binding = Object.hasOwn(connector.natives, name) ? connector.natives[name] : undefined;
  if (native !== undefined && binding !== undefined) return { kind: "native", binding };
  throw new MortiseError("MISCONFIGURED", `${connector.contract.name}/${name} needs code of its own, which is not there.`, {
    remedy: "Install a complete build of the connector.",
  });
}

function compileFile(decode: HttpRequest["decode"], name: string): CompiledFile | undefined {
  const [decoder] = [decode ?? "auto"].flat() as readonly Decoder[];
  if (typeof decoder !== "object" || !("file" in decoder)) return undefined;
  const { path, maxBytes } = decoder.file;
  return { path: sound(compileValue(path), name), maxBytes };
}

/** A native operation is handed the key; there its name means nothing. */
function compileKeyName(key: string, name: Json | undefined): (scope: Scope) => string {
  if (key === "native") return () => "native";
  const compiled = compileValue(name ?? "");
  return (scope) => {
    const value = compiled.evaluate(scope);
    return typeof value === "string" ? value.trim() : "";
  };
}
