import { createHash } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import type { CallTrace } from "../telemetry/call-trace.ts";
import type { AskedRequest } from "./asked-request.ts";
import type { CompiledCode } from "./compile-code.ts";
import { refusal } from "./host-refusal.ts";
import type { HttpGrant } from "./http-grant.ts";

/** What the requests of one call of code have in common. */
export interface CodeCall {
  readonly call: ReadyCall;
  /** Aborts with the call, and when the code has ended. */
  readonly signal: AbortSignal;
  /** The caller's commit point, passed once. */
  readonly commit: () => Promise<boolean>;
}

/** One request as a call of its own: attempts, budget and breaker see it as they see any other. */
export interface RequestCall {
  readonly call: ReadyCall;
  /** Adds its attempts and waits to the call. */
  readonly settle: () => void;
}

/** Methods whose repeat leaves the same state (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** Makes a call of one request of code. Throws a refusal for a key that the contract has no place for. */
export function requestCall(
  { call, signal, commit }: CodeCall,
  code: CompiledCode,
  asked: AskedRequest,
  grant: HttpGrant,
): RequestCall {
  const { operation } = call.target;
  const trace = partOf(call.trace);
  const key = asked.key === undefined ? undefined : keyOf(call, asked.key);
  const repeatable =
    key !== undefined || IDEMPOTENT.has(asked.method) || operation.effect === "read" || operation.idempotency === "natural";
  return {
    call: {
      ...call,
      signal,
      trace,
      repeatable,
      key: key ?? { value: call.key.value, name: undefined },
      connection: grant.auth === "connection" ? call.connection : withoutCredential(call.connection),
      target: targetOf(call.target, code, asked),
      request: { ...call.request, commit },
    },
    settle: () => {
      call.trace.tally.attempts += trace.tally.attempts;
      call.trace.tally.waitMs += trace.tally.waitMs;
    },
  };
}

/** The caller's key and the code's own word for this request: the same for all attempts and replays, another one for each word. */
function keyOf({ key }: ReadyCall, word: string): ReadyCall["key"] {
  if (key.name === undefined || key.name === "native")
    throw refusal(
      "INVALID_INPUT",
      "The operation's idempotency names no place for a key.",
      "Say header, query or body, and its name.",
    );
  return {
    value: createHash("sha256")
      .update(JSON.stringify([key.value, word]))
      .digest("base64url"),
    name: key.name,
  };
}

function targetOf(target: CompiledOperation, { decoders }: CompiledCode, { as, accept }: AskedRequest): CompiledOperation {
  const decode = decoders[as ?? "auto"];
  const body: CompiledOperation["body"] = {
    kind: "request",
    request: { method: "GET", url: "" },
    build: () => {
      throw new MortiseError("INTERNAL", "Requests of code are not built from a contract.");
    },
    decode,
    output: undefined,
  };
  const classify: CompiledOperation["classify"] = (seen) =>
    seen.status !== undefined && accept.includes(seen.status) ? { as: "success" } : target.classify(seen);
  return { ...target, body, classify };
}

/** The same connection for a request that gets nothing of its credential. */
function withoutCredential(connection: OpenConnection): OpenConnection {
  return { ...connection, authorize: unchanged, tokens: undefined, signer: undefined, certificate: undefined };
}

const unchanged: OpenConnection["authorize"] = (draft) => ({ ...draft, secretHeaders: [], secretParams: [], secretFields: {} });

/** A part of a call's trace with counters of its own: how often one request was tried says nothing about another. */
function partOf(trace: CallTrace): CallTrace {
  return {
    tally: { attempts: 0, waitMs: 0 },
    isRecording: trace.isRecording,
    context: trace.context,
    set: (attributes) => trace.set(attributes),
    note: (level, message, attributes) => trace.note(level, message, attributes),
    attempt: (attributes) => trace.attempt(attributes),
    within: (run) => trace.within(run),
    end: () => undefined,
  };
}
