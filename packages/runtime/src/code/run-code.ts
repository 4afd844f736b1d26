/**
 * Carries out an operation in code: has it run apart from everything else, answers what it asks, and says what its end means.
 *
 * Owns: the questions of one call and what they came to.
 * Does not own: the place where code runs (CodeRunner), requests (CodeRequests).
 * Talks to: `RuntimeOptions.code`.
 * Invariants:
 *   R1. The code is run once a call. Its requests are tried again one by one; trying the whole again would multiply them.
 *   R2. A call that failed behind a write which is not safe to repeat has an unknown outcome, whatever broke; so has one with such a write
 *       that nobody knows the end of, whatever the code makes of it.
 *   R3. What the code says of its failure is believed only as far as the host knows it: a refusal it names was really given.
 */
import { type CodeAnswer, type CodeQuestion, isMortiseError, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { tokenTransport } from "../connection/token-transport.ts";
import { CodeRecorder } from "./code-recording.ts";
import { CodeRequests } from "./code-requests.ts";
import type { CompiledCode } from "./compile-code.ts";
import { failureOfCode } from "./failure-of-code.ts";
import { hostFunction } from "./host-functions.ts";
import { refusal, refused } from "./host-refusal.ts";
import { locate } from "./locate.ts";

const ENTROPY_BYTES = 32;
const MAX_QUESTIONS = 50;

/** Runs the code of a call, for one page where it reads in pages. Throws `MISCONFIGURED` where no sandbox is given. */
export async function runCode(call: ReadyCall, code: CompiledCode, page?: JsonObject): Promise<Json> {
  const { services, connection, trace, tenant } = call;
  if (services.code === undefined) {
    throw new MortiseError("MISCONFIGURED", `${call.use} runs code of the connector, and this runtime has no sandbox.`, {
      remedy: "Give the runtime a sandbox: createRuntime({ code: codeRunner(createSandbox()) }).",
    });
  }
  if (code.isSteered) await heardFromTokens(call);
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  const requests = new CodeRequests(call, code, signal);
  const failures = new Map<number, MortiseError>();
  const recorder = call.request.onCodeRecording === undefined ? undefined : new CodeRecorder(call, code);
  const told = {
    input: call.input,
    context: { settings: connection.settings, idempotencyKey: call.key.value, ...(page === undefined ? {} : { page }) },
    nowMs: services.clock.now(),
    entropy: Buffer.from(services.randomBytes(ENTROPY_BYTES)).toString("hex"),
  };
  let asked = 0;
  const find = async (question: CodeQuestion): Promise<CodeAnswer> => {
    try {
      // The sandbox counts as well; what comes from there is not believed.
      if (question.name !== "http.rest" && ++asked > MAX_QUESTIONS)
        throw refusal("LIMIT_EXCEEDED", `One call of code asks at most ${MAX_QUESTIONS} times.`);
      return { ok: true, value: await hostFunction(call, code, requests, question) };
    } catch (thrown) {
      const { answer, error } = refused(thrown);
      failures.set(question.number, error);
      return answer;
    }
  };
  const ask = async (question: CodeQuestion): Promise<CodeAnswer> => {
    const answer = await find(question);
    recorder?.note(question, answer);
    return answer;
  };
  try {
    const output = await services.code.run({
      source: code.bundle.script,
      functionName: code.functionName,
      ...told,
      tenant,
      granted: code.granted,
      logBytes: code.logBytes,
      secrets: Object.values(connection.credential).map((secret) => secret.reveal()),
      signal: call.signal,
      locate: (line, column) => locate(code.bundle, line, column),
      ask,
      log: ({ level, message, fields }) =>
        trace.note(level, connection.redactor.text(message), { "log.fields": connection.redactor.text(JSON.stringify(fields)) }),
    });
    await requests.settled();
    if (requests.unknown > 0) throw new MortiseError("UNKNOWN_OUTCOME", `${call.use} sent something, and no answer came.`);
    return connection.redactor.data(output);
  } catch (thrown) {
    await requests.settled();
    throw endOf(call, thrown, { failures, touched: requests.writes + requests.unknown > 0 });
  } finally {
    if (recorder !== undefined) call.request.onCodeRecording?.(recorder.recording(told));
    over.abort(new MortiseError("CALL_CANCELLED", "The code has ended."));
  }
}

/** Fetches tokens that tell a setting, such as the host. What goes wrong here goes wrong again where a request needs them, and is told there. */
async function heardFromTokens({ connection, services, signal }: ReadyCall): Promise<void> {
  await connection.tokens?.ready(services.tokens, tokenTransport(services, connection), signal).catch(() => undefined);
}

/** What the call ends with. */
function endOf(
  call: ReadyCall,
  thrown: unknown,
  { failures, touched }: { readonly failures: ReadonlyMap<number, MortiseError>; readonly touched: boolean },
): unknown {
  if (!isMortiseError(thrown)) return thrown;
  const said = failureOfCode(thrown, { use: call.use, nowMs: call.services.clock.now(), failures });
  if (said.code === "UNKNOWN_OUTCOME" || !touched) return said;
  const { detail } = thrown.data;
  return new MortiseError("UNKNOWN_OUTCOME", `${call.use} failed after it had sent something: ${said.message}`, {
    ...(detail === undefined ? {} : { detail }),
    cause: said,
  });
}
