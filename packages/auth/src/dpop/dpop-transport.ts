import { getPointer, type Json, MortiseError } from "@mortise/contract";
import type { TokenQuery } from "../tokens/request-token.ts";
import type { TokenAnswer, TokenRequest, TokenTransport } from "../tokens/token-transport.ts";
import { DpopNonces } from "./dpop-nonces.ts";
import { dpopProof } from "./dpop-proof.ts";

/** One for each way out: nonces that one deployment's servers gave are of no use to another one's. */
const noncesOf = new WeakMap<object, DpopNonces>();

/**
 * The way to a token endpoint that binds what it gives to the connection's key (RFC 9449 §5): each request has a proof, and goes out once
 * more where the server wants a nonce in it (§8). Of a scheme without `dpop` it is the query's own. Throws what that one throws, and
 * `MISCONFIGURED` where the server gives a token that is not bound.
 */
export function dpopTransport({ scheme, credential, transport, nowMs }: TokenQuery): TokenTransport {
  if (scheme.dpop !== true) return transport;
  const way = transport.way ?? transport;
  const nonces = noncesOf.get(way) ?? new DpopNonces();
  noncesOf.set(way, nonces);
  const send = async (request: TokenRequest): Promise<{ readonly answer: TokenAnswer; readonly wantsNonce: boolean }> => {
    const { url, method } = request;
    const nonce = nonces.of(url);
    const proof = await dpopProof({ method, url, credential, nowMs, nonce });
    const answer = await transport({ ...request, headers: { ...request.headers, dpop: proof } });
    return { answer, wantsNonce: nonces.answered(url, answer, nonce) };
  };
  const bound = async (request: TokenRequest): Promise<TokenAnswer> => {
    const first = await send(request);
    const { answer } = first.wantsNonce ? await send(request) : first;
    return checked(answer, request.url);
  };
  const { hide, learn } = transport;
  return Object.assign(bound, { way, ...(hide === undefined ? {} : { hide }), ...(learn === undefined ? {} : { learn }) });
}

/** A server that does not know of bound tokens would give one that anybody can use. */
function checked(answer: TokenAnswer, url: URL): TokenAnswer {
  const type = answer.status < 300 ? tokenType(answer.body) : undefined;
  if (type === undefined || type.toLowerCase() === "dpop") return answer;
  throw new MortiseError(
    "MISCONFIGURED",
    `${url.host} gave a token of the type ${JSON.stringify(type.slice(0, 50))}; the contract says that tokens are bound (dpop).`,
    { remedy: "Take dpop out of the scheme, or have the other side bind this client's tokens." },
  );
}

function tokenType(body: string): string | undefined {
  try {
    const type = getPointer(JSON.parse(body) as Json, "/token_type");
    return typeof type === "string" ? type : undefined;
  } catch {
    return undefined;
  }
}
