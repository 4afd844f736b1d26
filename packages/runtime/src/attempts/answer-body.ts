import { isMortiseError, type Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { EgressAnswer } from "../egress/egress-client.ts";
import { bodyText } from "./decoding/body-text.ts";
import { mediaType } from "./decoding/media-type.ts";

/**
 * The decoded body of an answer; this connection's secrets are masked in it. Where a read's body cannot be decoded, the call fails; a
 * write is done all the same, so its body stays text, with a warning.
 */
export async function answerBody(call: ReadyCall, { status, headers, body }: EgressAnswer): Promise<Json> {
  const { target } = call;
  const contentType = headers["content-type"];
  if (target.body.kind !== "request") return null;
  try {
    return masked(call, await target.body.decode({ status, body, contentType }));
  } catch (error) {
    if (!isMortiseError(error) || error.code !== "INVALID_OUTPUT" || target.operation.effect === "read") throw error;
    call.services.metrics.drift({ connector: target.connector.contract.name, operation: target.name });
    call.trace.note("warn", call.connection.redactor.text(`${call.use}: ${error.message}`), { "mortise.drift": true });
    return masked(call, bodyText(body, mediaType(contentType).charset));
  }
}

/** Masks an echo of this connection's own secrets: in the decoded body, as escapes and charsets hide a secret in the raw bytes. */
const masked = ({ connection: { redactor } }: ReadyCall, body: Json): Json => redactor.data(body);
