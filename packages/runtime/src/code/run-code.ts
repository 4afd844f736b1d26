/**
 * Carries out an operation in code: has it run apart from everything else, answers what it asks, and says what its end means.
 *
 * Owns: the questions of one call and what they came to.
 * Does not own: the place where code runs (CodeRunner), requests (CodeRequests).
 * Talks to: `RuntimeOptions.code`.
 * Invariants:
 *   R1. The code is run once a call. Its requests are tried again one by one; trying the whole again would multiply them.
 *   R2. A call that failed behind a write which is not safe to repeat has an unknown outcome, whatever broke.
 *   R3. What the code says of its failure is believed only as far as the host knows it: a refusal it names was really given.
 */
import {
  type CodeAnswer,
  type CodeFailure,
  type CodeQuestion,
  type ErrorCode,
  isMortiseError,
  type Json,
  type JsonObject,
  MortiseError,
} from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { CODE_OF_CLASS } from "../outcome/outcome-class.ts";
import { CodeRequests } from "./code-requests.ts";
import type { CompiledCode } from "./compile-code.ts";
import { hostFunction } from "./host-functions.ts";
import { refused } from "./host-refusal.ts";
import { locate } from "./locate.ts";

/** Longest wait that code may ask for: what is longer is no wait. */
const MAX_RETRY_AFTER_MS = 86_400_000;
const ENTROPY_BYTES = 32;

/** Runs the code of a call, for one page where it reads in pages. Throws `MISCONFIGURED` where no sandbox is given. */
export async function runCode(call: ReadyCall, code: CompiledCode, page?: JsonObject): Promise<Json> {
  const { services, connection, trace, tenant } = call;
  if (services.code === undefined) {
    throw new MortiseError("MISCONFIGURED", `${call.use} runs code of the connector, and this runtime has no sandbox.`, {
      remedy: "Give the runtime a sandbox: createRuntime({ code: codeRunner(createSandbox()) }).",
    });
  }
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  const requests = new CodeRequests(call, code, signal);
  const failures = new Map<number, MortiseError>();
  const ask = async (question: CodeQuestion): Promise<CodeAnswer> => {
    try {
      return { ok: true, value: await hostFunction(call, code, requests, question) };
    } catch (thrown) {
      const { answer, error } = refused(thrown);
      failures.set(question.number, error);
      return answer;
    }
  };
  try {
    const output = await services.code.run({
      source: code.bundle.script,
      functionName: code.functionName,
      input: call.input,
      context: { settings: connection.settings, idempotencyKey: call.key.value, ...(page === undefined ? {} : { page }) },
      tenant,
      nowMs: services.clock.now(),
      entropy: Buffer.from(services.randomBytes(ENTROPY_BYTES)).toString("hex"),
      granted: code.granted,
      logBytes: code.logBytes,
      secrets: Object.values(connection.credential).map((secret) => secret.reveal()),
      signal: call.signal,
      locate: (line, column) => locate(code.bundle, line, column),
      ask,
      log: ({ level, message, fields }) =>
        trace.note(level, connection.redactor.text(message), { "log.fields": connection.redactor.text(JSON.stringify(fields)) }),
    });
    return connection.redactor.data(output);
  } catch (thrown) {
    throw endOf(call, thrown, { failures, writes: requests.writes });
  } finally {
    over.abort(new MortiseError("CALL_CANCELLED", "The code has ended."));
  }
}

/** What the call ends with. */
function endOf(
  call: ReadyCall,
  thrown: unknown,
  { failures, writes }: { readonly failures: ReadonlyMap<number, MortiseError>; readonly writes: number },
): unknown {
  if (!isMortiseError(thrown)) return thrown;
  const said = ownWord(call, thrown, failures);
  const isUnknown = [...failures.values()].some(({ code }) => code === "UNKNOWN_OUTCOME");
  if (said.code === "UNKNOWN_OUTCOME" || (writes === 0 && !isUnknown)) return said;
  const { detail } = thrown.data;
  return new MortiseError("UNKNOWN_OUTCOME", `${call.use} failed after it had sent something: ${said.message}`, {
    ...(detail === undefined ? {} : { detail }),
    cause: said,
  });
}

/** The error of the host that the code did not catch, the class that the code named, or the code's own failure. */
function ownWord({ services, use }: ReadyCall, thrown: MortiseError, failures: ReadonlyMap<number, MortiseError>): MortiseError {
  const failure = (thrown.code === "CODE_FAILED" ? (thrown.data.detail ?? {}) : {}) as CodeFailure;
  const { file, line, column, question, as, retryAfterMs } = failure;
  const place = line === undefined ? {} : { ...(file === undefined ? {} : { file }), line, column: column ?? 1 };
  const where = line === undefined ? "" : ` (at ${file === undefined ? "" : `${file}:`}${line}:${column ?? 1})`;
  const uncaught = question === undefined ? undefined : failures.get(question);
  if (uncaught !== undefined) {
    const { code: _, message, detail, ...rest } = uncaught.data;
    return new MortiseError(uncaught.code, `${message}${where}`, { ...rest, detail: detail ?? place, cause: uncaught });
  }
  const named =
    as !== undefined && Object.hasOwn(CODE_OF_CLASS, as) ? CODE_OF_CLASS[as as keyof typeof CODE_OF_CLASS] : undefined;
  if (named === undefined) return inPlace(thrown, use);
  const waitMs = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
  return new MortiseError(named, wordsOf(thrown.message), {
    detail: place,
    ...(waitMs === undefined ? {} : { retryAtMs: services.clock.now() + waitMs }),
    cause: thrown,
  });
}

/** The name of a function in a bundle means nothing to people; that of the operation does. */
function inPlace(thrown: MortiseError, use: string): MortiseError {
  const { code, message, ...rest } = thrown.data;
  return new MortiseError(code as ErrorCode, message.replace(/^operations\.\w+/, use), { ...rest, cause: thrown.cause });
}

/** `operations.f failed at …: Error: words` without what stands before the words. */
const wordsOf = (message: string): string => message.replace(/^operations\.\w+ failed(?: at \S+)?: (?:Error: )?/, "");
