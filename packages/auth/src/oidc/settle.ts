import { isMortiseError, MortiseError } from "@mortise/contract";
import { plainWords } from "../tokens/plain-words.ts";
import type { TokenReply } from "../tokens/send-token-request.ts";
import type { TokenAnswer } from "../tokens/token-transport.ts";
import type { OpenClient } from "./open-client.ts";

/**
 * What the endpoint said to work of the library. The library's complaint about a refusal says less than the refusal itself, so the refusal is
 * returned; a complaint about any other answer means that it is not to be trusted. Throws `AUTH_FAILED` then, and what the transport throws.
 */
export async function settle(
  { last, reply, provider }: Pick<OpenClient, "last" | "reply" | "provider">,
  work: () => Promise<unknown>,
): Promise<TokenReply> {
  try {
    await work();
  } catch (error) {
    const { failure, answer, url } = last();
    if (isMortiseError(failure)) throw failure;
    if (isMortiseError(error)) throw error;
    const said = reply();
    if (answer !== undefined && answer !== said?.answer && answer.status >= 500)
      throw new MortiseError("TARGET_SICK", `${url?.host} did not give its keys (${answer.status}).`, { status: answer.status });
    if (said === undefined || said.answer.status < 300) throw notTrusted(provider.metadata.issuer, error, answer?.hide);
  }
  const said = reply();
  if (said === undefined) throw new MortiseError("INTERNAL", "The request to the provider was not sent.");
  return said;
}

function notTrusted(issuer: string, error: unknown, hide: TokenAnswer["hide"]): MortiseError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? plainWords(cause.message, 300, hide) : "it is malformed";
  return new MortiseError("AUTH_FAILED", `What ${issuer} answered was not accepted: ${reason}.`, {
    remedy: "Connect again; where that does not help, the provider does not keep to the standard.",
  });
}
