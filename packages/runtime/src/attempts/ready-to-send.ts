import type { ReadyCall } from "../call.ts";
import type { RequestBody } from "../egress/upload-source.ts";
import type { ReadyRequest } from "../operation/compile-request.ts";
import type { AttemptScope } from "../stages/attempt.ts";
import { passTraceparent } from "../telemetry/pass-traceparent.ts";
import { openUpload } from "../uploads/open-upload.ts";
import { UploadDraft } from "../uploads/upload-draft.ts";

/** A request of one attempt, as the way out takes it. */
export interface SendableRequest extends Omit<ReadyRequest, "body"> {
  readonly body?: RequestBody;
}

/** The request of one attempt: with its trace, where the host may know, and its files looked at. */
export function readyToSend(
  call: ReadyCall,
  { span }: AttemptScope,
  built: ReadyRequest,
): SendableRequest | Promise<SendableRequest> {
  const { traced } = call.services;
  const ready = traced === undefined ? built : passTraceparent(built, span, traced);
  const { body } = ready;
  return body instanceof UploadDraft ? withUpload(call, ready, body) : (ready as SendableRequest);
}

const BOUNDARY_BYTES = 16;

/** Every attempt looks at the files anew: what was sent before may have been sent in part. */
async function withUpload(
  { services: { files, randomBytes }, request: { uploads } }: ReadyCall,
  ready: ReadyRequest,
  draft: UploadDraft,
): Promise<SendableRequest> {
  const boundary = `mortise-${Buffer.from(randomBytes(BOUNDARY_BYTES)).toString("hex")}`;
  const body = await openUpload(draft.pieces(boundary), { files, uploads });
  return { ...ready, headers: { ...ready.headers, "content-type": draft.type(boundary) }, body };
}
