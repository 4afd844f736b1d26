import { MortiseError } from "@mortise/contract";
import { type BodyReceiver, receiverOf } from "../attempts/receive-answer.ts";
import { runNative } from "../attempts/run-native.ts";
import { buildRequest, type HttpAnswer, sendRequest } from "../attempts/send-request.ts";
import type { Answer, ReadyCall } from "../call.ts";
import { runCode } from "../code/run-code.ts";
import type { CompiledBody } from "../operation/compile-operation.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { mapOutput } from "../paging/map-output.ts";
import { attempt } from "../stages/attempt.ts";

/** Carries out an operation's own request or code once, and gives its output. */
export async function readOnce(call: ReadyCall, parts?: PageParts): Promise<Answer> {
  const { body } = call.target;
  if (body.kind === "request") {
    const receive = receiverOf(call, body);
    if (receive !== undefined) return { output: mapOutput(call, body.output, await received(call, body, { receive, parts })) };
    const answer = await attempt(call, (scope) => sendRequest(call, scope, buildRequest(call, body.build, parts)));
    return { output: mapOutput(call, body.output, answer) };
  }
  if (body.kind === "code") return { output: await runCode(call, body.code) };
  if (body.kind === "native" && "call" in body.binding) {
    const { binding } = body;
    return { output: await attempt(call, (scope) => runNative(call, scope, binding)) };
  }
  throw new MortiseError("MISCONFIGURED", `${call.use} streams, but its contract does not say where the items are ("stream").`);
}

/** The same where what comes is taken in as it comes: an attempt may go on where the last one broke off. */
async function received(
  call: ReadyCall,
  body: Extract<CompiledBody, { kind: "request" }>,
  { receive, parts }: { readonly receive: BodyReceiver; readonly parts: PageParts | undefined },
): Promise<HttpAnswer> {
  try {
    return await attempt(call, (scope) => sendRequest(call, scope, buildRequest(call, body.build, parts), receive));
  } finally {
    await receive.discard?.();
  }
}
