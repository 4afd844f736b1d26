import { MortiseError, type OAuth2Scheme } from "@mortise/contract";
import { decodeJwt } from "jose/jwt/decode";
import type { WholeRequest } from "../scheme/request-draft.ts";
import type { RequestSigner, SignerOwner, SigningContext } from "../scheme/request-signer.ts";
import { withPlaces } from "../scheme/signed-request.ts";
import { DpopNonces } from "./dpop-nonces.ts";
import { dpopProof } from "./dpop-proof.ts";

/**
 * Signs calls of a connection whose tokens are bound to its key: each gets a proof of its own, with the nonce that the server gave last
 * (RFC 9449 §7, §9), and the token as `Authorization: DPoP` where the contract does not put it elsewhere.
 */
export function dpopSigner(scheme: OAuth2Scheme, owner: SignerOwner): RequestSigner {
  const nonces = new DpopNonces();
  return {
    sign: async (request, context) => {
      const { proof, token } = await proofOf(scheme, owner, request, context, nonces);
      const own: { readonly [name: string]: string } =
        scheme.apply === undefined ? { authorization: `DPoP ${token}`, dpop: proof } : { dpop: proof };
      const signed = withPlaces(request, (draft) => ({
        ...draft,
        headers: { ...draft.headers, ...own },
        secretHeaders: [...draft.secretHeaders, ...Object.keys(own)],
      }));
      return { ...signed, echoes: [...signed.echoes, proof] };
    },
    answered: ({ url, headers }, answer) => nonces.answered(url, answer, nonceOf(headers.dpop)),
  };
}

/** The nonce of a proof that we have made. */
function nonceOf(proof: string | undefined): string | undefined {
  const { nonce } = proof === undefined ? {} : decodeJwt(proof);
  return typeof nonce === "string" ? nonce : undefined;
}

async function proofOf(
  scheme: OAuth2Scheme,
  { credential }: SignerOwner,
  { method, url }: WholeRequest,
  { nowMs, held }: SigningContext,
  nonces: DpopNonces,
): Promise<{ readonly proof: string; readonly token: string }> {
  const token = held(scheme)?.reveal();
  if (token === undefined) throw new MortiseError("AUTH_FAILED", "There is no token of the oauth2 scheme yet.");
  return { proof: await dpopProof({ method, url, credential, nowMs, nonce: nonces.of(url), accessToken: token }), token };
}
