import type { CompiledValue } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import type { HttpAnswer } from "../attempts/send-request.ts";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";

/**
 * The output of a declarative operation: what the outcome's rule or else its contract makes of the answer, else the decoded body. Secrets are
 * masked once more in what was made: it may have put together what came in parts, or hold a setting.
 */
export function mapOutput(call: ReadyCall, own: CompiledValue | undefined, answer: HttpAnswer): Json {
  const { status, body, output = own } = answer;
  if (output === undefined) return body;
  const { headers } = answer;
  return call.connection.redactor.data(output.evaluate({ ...callScope(call), response: { status, headers, body } }));
}
