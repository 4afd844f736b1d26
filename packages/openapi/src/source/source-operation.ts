import type { Place } from "../document/place.ts";

/** Methods that OpenAPI knows. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "TRACE";

/** One operation as a document says it; the same for 2.0 and 3.x. */
export interface SourceOperation {
  readonly method: Method;
  /** As in the document. */
  readonly path: string;
  readonly place: Place;
  readonly operationId: string | undefined;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly parameters: readonly SourceParameter[];
  readonly body: SourceBody | undefined;
  readonly responses: readonly SourceResponse[];
  /** Absent: the document's. */
  readonly security: Place | undefined;
  /** Of the operation, or of its path. Absent: the document's. */
  readonly servers: Place | undefined;
}

/** One parameter of the request line or of the headers. */
export interface SourceParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly place: Place;
  readonly schema: Place | undefined;
  /** Media type, where the value is written as one. */
  readonly contentType: string | undefined;
  readonly style: string | undefined;
  readonly explode: boolean | undefined;
  readonly allowReserved: boolean;
}

/** The body of a request, in every way that it may be written. */
export interface SourceBody {
  readonly place: Place;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly media: readonly SourceMedia[];
  /** OpenAPI 2.0 `formData` parameters; then `media` has no schemas. */
  readonly fields: readonly Place[];
}

/** One way to write a body or an answer. */
export interface SourceMedia {
  /** In small letters, without parameters. */
  readonly type: string;
  readonly place: Place;
  readonly schema: Place | undefined;
  readonly encoding: Place | undefined;
}

/** One documented answer. */
export interface SourceResponse {
  /** `200`, `2XX` or `default`, in capitals. */
  readonly status: string;
  readonly place: Place;
  readonly description: string | undefined;
  readonly headers: readonly (readonly [name: string, place: Place])[];
  readonly media: readonly SourceMedia[];
}
