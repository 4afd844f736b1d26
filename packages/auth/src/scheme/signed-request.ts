import { withBodyFields } from "./body-fields.ts";
import type { AuthorizedDraft, SignedRequest, WholeRequest } from "./request-draft.ts";

/** A whole request after `fill` has put things into it; what goes into the body is written into it. Throws what `fill` and the body throw. */
export function withPlaces(request: WholeRequest, fill: (draft: AuthorizedDraft) => AuthorizedDraft): SignedRequest {
  const placed = fill({ ...request, secretHeaders: [], secretParams: [], secretFields: {} });
  return withBodyFields({ ...placed, body: request.body, echoes: [] }, placed.secretFields);
}

/** What was put in last, with what is secret of both. */
export function joinSigned(before: SignedRequest, after: SignedRequest): SignedRequest {
  return {
    ...after,
    secretHeaders: [...before.secretHeaders, ...after.secretHeaders],
    secretParams: [...before.secretParams, ...after.secretParams],
    secretFields: { ...before.secretFields, ...after.secretFields },
    echoes: [...before.echoes, ...after.echoes],
  };
}
