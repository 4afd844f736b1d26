import type { AuthScheme, Json, SingleAuthScheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { dpopSigner } from "../dpop/dpop-signer.ts";
import type { TokenLookup } from "./apply-auth.ts";
import { awsSigner } from "./aws/aws-signer.ts";
import type { CustomCode } from "./custom/custom-code.ts";
import { customSigner } from "./custom-signer.ts";
import { DigestSigner } from "./digest/digest-signer.ts";
import { oauth1Signer } from "./oauth1/oauth1-signer.ts";
import type { SignedRequest, WholeRequest } from "./request-draft.ts";
import { signatureSigner } from "./signature/signature-signer.ts";
import { joinSigned } from "./signed-request.ts";

/** What a signature is made of beside the request. */
export interface SigningContext {
  /** Epoch ms. */
  readonly nowMs: number;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly held: TokenLookup;
  /** Makes the connection's redactor know a secret that stays in use, such as the keys of a role. */
  readonly learn: (secrets: readonly string[]) => void;
  /** Absent: code of connectors cannot run here. */
  readonly customCode?: CustomCode | undefined;
}

/** The head of an answer; names of headers in lower case. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
}

/** Signs the requests of one connection. */
export interface RequestSigner {
  /**
   * A request with a signature of its own: for each attempt, page and redirect on the same origin anew. Throws `AUTH_FAILED` for a
   * credential that cannot sign, `MISCONFIGURED`, and what the connector's code throws.
   */
  sign(request: WholeRequest, context: SigningContext): Promise<SignedRequest>;
  /** Takes in an answer. True: it was a challenge, which the same request meets when it is signed again. Absent: there are none. */
  answered?(signed: SignedRequest, answer: AnswerHead, context: SigningContext): boolean;
}

/** Whose requests are signed. Read for each signature, as a new token may bring other fields and settings with it. */
export interface SignerOwner {
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
}

/** The signer of a scheme for one connection. Undefined: its requests are not signed. */
export function requestSigner(scheme: AuthScheme, owner: SignerOwner): RequestSigner | undefined {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  const signers = all.flatMap((single) => signerOf(single, owner) ?? []);
  return signers.length < 2 ? signers[0] : inTurn(signers);
}

function signerOf(scheme: SingleAuthScheme, owner: SignerOwner): RequestSigner | undefined {
  switch (scheme.kind) {
    case "awsSigV4":
      return awsSigner(scheme, owner);
    case "oauth2":
      return scheme.dpop === true ? dpopSigner(scheme, owner) : undefined;
    case "digest":
      return new DigestSigner(owner);
    case "oauth1":
      return oauth1Signer(scheme, owner);
    case "signature":
      return signatureSigner(scheme, owner);
    case "custom":
      return customSigner(scheme, owner);
    default:
      return undefined;
  }
}

/** Several, each of which signs what those before it have put in. */
function inTurn(signers: readonly RequestSigner[]): RequestSigner {
  return {
    sign: async (request, context) => {
      let signed: SignedRequest = { ...request, secretHeaders: [], secretParams: [], secretFields: {}, echoes: [] };
      for (const signer of signers) signed = joinSigned(signed, await signer.sign(signed, context));
      return signed;
    },
    answered: (signed, answer, context) => {
      const challenges = signers.filter((signer) => signer.answered?.(signed, answer, context) === true);
      return challenges.length > 0;
    },
  };
}
