import { isMortiseError, type Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { EgressAnswer } from "../egress/egress-client.ts";
import { bodyText } from "./decoding/body-text.ts";
import { mediaType } from "./decoding/media-type.ts";

/**
 * The decoded body of an answer; this connection's secrets are masked in it. Where a read's body cannot be decoded, the call fails; a
 * write is done all the same, so its body stays text, with a warning.
 */
export function answerBody(call: ReadyCall, answer: EgressAnswer): Json | Promise<Json> {
  const { status, headers, body } = answer;
  const { target } = call;
  if (target.body.kind !== "request") return null;
  try {
    const decoded = target.body.decode({ status, body, contentType: headers["content-type"] });
    if (!(decoded instanceof Promise)) return masked(call, decoded);
    return decoded.then(
      (json) => masked(call, json),
      (error: unknown) => asText(call, answer, error),
    );
  } catch (error) {
    return asText(call, answer, error);
  }
}

/** What is left where a body could not be decoded. Throws `error` where the call fails by it. */
function asText(call: ReadyCall, { headers, body }: EgressAnswer, error: unknown): Json {
  const { target } = call;
  if (!isMortiseError(error) || error.code !== "INVALID_OUTPUT" || target.operation.effect === "read") throw error;
  call.services.metrics.drift({ connector: target.connector.contract.name, operation: target.name });
  call.trace.note("warn", call.connection.redactor.text(`${call.use}: ${error.message}`), { "mortise.drift": true });
  return masked(call, bodyText(body, mediaType(headers["content-type"]).charset));
}

/** Masks an echo of this connection's own secrets: in the decoded body, as escapes and charsets hide a secret in the raw bytes. */
const masked = ({ connection: { redactor } }: ReadyCall, body: Json): Json => redactor.data(body);
