import type { CustomScheme } from "@mortise/contract";
import { applyCustom } from "./custom/apply-custom.ts";
import type { RequestSigner, SignerOwner } from "./request-signer.ts";

/** Has code of the connector sign requests (`custom`). */
export function customSigner(scheme: CustomScheme, owner: SignerOwner): RequestSigner {
  return {
    sign: (request, { nowMs, randomBytes, customCode }) =>
      applyCustom(scheme, request, {
        credential: owner.credential,
        settings: owner.settings,
        nowMs,
        randomBytes,
        code: customCode,
      }),
  };
}
