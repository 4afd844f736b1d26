import type { DocumentSet } from "../document/document-set.ts";
import { own } from "../document/loose.ts";
import { child, entries, items, type Place } from "../document/place.ts";
import type { SourceMedia, SourceOperation } from "../source/source-operation.ts";
import { isAwsDocument } from "./aws-document.ts";

/** Members that are the whole payload where the description of the service says so, and what they are written as. */
const PAYLOADS: { readonly [member: string]: string } = Object.freeze({
  Body: "application/octet-stream",
  Policy: "application/json",
});
/** A member of headers that share this beginning; none of it is in the body. */
const IN_HEADERS = /^x-amz-meta-/;

/** Hosts that one operation has and the document does not name. */
const ELSEWHERE = new Set(["WriteGetObjectResponse"]);

/**
 * An operation of an AWS document as the service means it: an object of one member that is the payload is that payload, not XML around it,
 * and headers are no body. Operations of other documents stay as they are.
 */
export function awsOperation(source: SourceOperation, documents: DocumentSet): SourceOperation {
  if (!isAwsDocument(documents)) return source;
  const { body, responses } = source;
  const meant = body && { ...body, media: body.media.flatMap((media) => payloadOf(media, documents) ?? []) };
  return {
    ...source,
    body: meant !== undefined && meant.media.length > 0 ? meant : undefined,
    responses: responses.map((response) => ({
      ...response,
      media: response.media.flatMap((media) => payloadOf(media, documents) ?? []),
    })),
  };
}

/** What an operation of an AWS document needs beyond a contract. Undefined: nothing. */
export function awsReason({ operationId, responses }: SourceOperation, documents: DocumentSet): string | undefined {
  if (!isAwsDocument(documents)) return undefined;
  if (ELSEWHERE.has(operationId ?? "")) return "its calls go to a host that the document does not name";
  const streams = responses.flatMap(({ media }) => media).some((media) => membersOf(media, documents).some(isEventStream));
  return streams ? "it answers with a stream of AWS events" : undefined;
}

/** Undefined: there is no payload, only headers. */
function payloadOf(media: SourceMedia, documents: DocumentSet): SourceMedia | undefined {
  const members = membersOf(media, documents);
  const inBody = members.filter(([name]) => !IN_HEADERS.test(name) && name !== "Metadata");
  if (inBody.length === members.length && members.length !== 1) return media;
  const [only, ...others] = inBody;
  if (only === undefined) return undefined;
  const [name, place] = only;
  const type = Object.hasOwn(PAYLOADS, name) ? PAYLOADS[name] : undefined;
  return type === undefined || others.length > 0 || !isText(place, documents) ? media : { ...media, type, schema: undefined };
}

function membersOf({ schema }: SourceMedia, documents: DocumentSet): readonly (readonly [string, Place])[] {
  const resolved = schema && documents.resolve(schema);
  return entries(resolved && child(resolved, "properties"));
}

/** Whether a member, or a branch of it, is a text. */
function isText(place: Place, documents: DocumentSet): boolean {
  const resolved = documents.resolve(place);
  if (own(resolved?.value, "type") === "string") return true;
  return items(resolved && child(resolved, "allOf")).some((branch) => own(documents.resolve(branch)?.value, "type") === "string");
}

function isEventStream([, place]: readonly [string, Place]): boolean {
  return /EventStream"/.test(JSON.stringify(place.value));
}
