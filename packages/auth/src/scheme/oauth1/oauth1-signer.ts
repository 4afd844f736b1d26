import type { OAuth1Scheme } from "@mortise/contract";
import type { RequestSigner, SignerOwner } from "../request-signer.ts";
import { signOAuth1 } from "./sign-oauth1.ts";

/** Signs the requests of one connection with OAuth 1.0a (RFC 5849); without a token they are the client's own. */
export function oauth1Signer(scheme: OAuth1Scheme, owner: SignerOwner): RequestSigner {
  return {
    sign: async (request, { nowMs, randomBytes }) => {
      const { credential } = owner;
      const token = credential.token?.reveal() ?? "";
      const secret = credential.tokenSecret?.reveal() ?? "";
      const held = token === "" ? undefined : { token, secret };
      return signOAuth1(scheme, request, { credential, token: held, nowMs, randomBytes });
    },
  };
}
