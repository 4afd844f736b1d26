import type { SignatureScheme } from "@mortise/contract";
import type { RequestSigner, SignerOwner } from "../request-signer.ts";
import { compileSignature } from "./compile-signature.ts";

/** Signs requests as a contract says (`signature`). */
export function signatureSigner(scheme: SignatureScheme, owner: SignerOwner): RequestSigner {
  const sign = compileSignature(scheme);
  return { sign: async (request, context) => sign(request, owner, context) };
}
