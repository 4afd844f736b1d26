import type { DocumentSet } from "../document/document-set.ts";
import { own } from "../document/loose.ts";
import { child, entries } from "../document/place.ts";

/** Whether a security scheme is AWS Signature Version 4, as the extension of Amazon API Gateway says it. */
export const isAwsScheme = (scheme: unknown): boolean =>
  /^aws(?:s3|sigv4)$/i.test(String(own(scheme, "x-amazon-apigateway-authtype") ?? ""));

const known = new WeakMap<DocumentSet, boolean>();

/**
 * Whether a document was made of a description of an AWS service. Those documents keep to conventions that OpenAPI has no words for: which
 * lists are wrapped, what a body is that is described as an object, which members are headers.
 */
export function isAwsDocument(documents: DocumentSet): boolean {
  const found = known.get(documents) ?? hasAwsScheme(documents);
  known.set(documents, found);
  return found;
}

function hasAwsScheme({ root }: DocumentSet): boolean {
  const components = child(root, "components");
  const schemes = (components && child(components, "securitySchemes")) ?? child(root, "securityDefinitions");
  return entries(schemes).some(([, { value }]) => isAwsScheme(value));
}
