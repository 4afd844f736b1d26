import { type Redactor, type TokenAnswer, type TokenRequest, type TokenTransport, tokensIn } from "@mortise/auth";
import { isMortiseError, MortiseError } from "@mortise/contract";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from "@opentelemetry/semantic-conventions";
import { normaliseHost } from "../egress/allow-list.ts";
import type { Services } from "../services.ts";

const LIMIT_MS = 15_000;
const FIRST_BYTE_MS = 10_000;

/**
 * The way out for tokens: the deployment's egress policy holds as for every call, the host is the one that the contract names for
 * tokens, redirects are not followed, and each request has a span `mortise.token` without a secret in it.
 */
export function tokenTransport(
  { egress, closing, metrics }: Pick<Services, "egress" | "closing" | "metrics">,
  { key, redactor }: { readonly key: string; readonly redactor: Redactor },
): TokenTransport {
  const transport = (request: TokenRequest): Promise<TokenAnswer> =>
    trace.getTracer("@mortise/runtime").startActiveSpan("mortise.token", { kind: SpanKind.CLIENT }, async (span) => {
      const { url, method, secrets = [] } = request;
      redactor.learn(secrets);
      span.setAttributes({
        [ATTR_HTTP_REQUEST_METHOD]: method,
        [ATTR_URL_FULL]: redactor.url(url),
        [ATTR_SERVER_ADDRESS]: url.hostname,
        [ATTR_SERVER_PORT]: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
      });
      try {
        const answer = await send(request);
        redactor.learn(tokensIn(answer));
        span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, answer.status);
        metrics.tokenRequest(answer.status < 400 ? "ok" : answer.status < 500 ? "AUTH_FAILED" : "TARGET_SICK");
        return answer;
      } catch (error) {
        const failure = isMortiseError(error) ? error : sick(url, error, redactor);
        metrics.tokenRequest(failure.code);
        span.setAttribute(ATTR_ERROR_TYPE, failure.code);
        span.setStatus({ code: SpanStatusCode.ERROR, message: redactor.text(failure.message) });
        throw failure;
      } finally {
        span.end();
      }
    });
  return Object.assign(transport, { way: egress, hide: redactor.text, learn: redactor.learn });

  async function send(request: TokenRequest): Promise<TokenAnswer> {
    const host = normaliseHost(request.url.hostname);
    const { status, headers, body } = await egress.send({
      ...request,
      secretHeaders: ["authorization"],
      granted: (asked) => asked === host,
      followRedirects: false,
      pool: `${key} tokens`,
      limitMs: LIMIT_MS,
      firstByteMs: FIRST_BYTE_MS,
      signal: closing,
    });
    return { status, headers, body: body.toString("utf8"), hide: redactor.text };
  }
}

function sick(url: URL, cause: unknown, redactor: Redactor): MortiseError {
  const reason = redactor.text(cause instanceof Error ? cause.message : String(cause));
  return new MortiseError("TARGET_SICK", `${url.host} gave no token: ${reason}`, { cause });
}
