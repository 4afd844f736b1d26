import type { CelValue, Value } from "./value.ts";

/** A declarative HTTP request (RFC 9110). Values see `input`, `settings` and, inside of a partition, `partition`. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "TRACE";
  /**
   * Absolute URL, or a path below `https://` + the first of `hosts`. In a `{"$text"}` every hole is percent-encoded as one path segment
   * (RFC 3986 §2.1, as `encodeURIComponent` does), except one at the very start of the text: that is a base URL and stays as it is.
   * What a `{"$cel"}` comes to is used as it is. Next to `path`, `{name}` in literal text is a hole that `path` fills.
   */
  readonly url: Value;
  /** Values of the `{name}` holes in the literal text of `url`, each written in its style (absent: `simple`). A hole that comes to null is an error. */
  readonly path?: { readonly [name: string]: Value };
  /** An object; entries that come to null are left out. Lists repeat their name unless `styles.query` says otherwise. */
  readonly query?: Value;
  readonly headers?: Value;
  /** An object of cookies (RFC 6265 §5.4), one `Cookie` header; entries that come to null are left out. */
  readonly cookies?: Value;
  /** How parameters and parts of the body are written, by place and name, where it is not the place's default. */
  readonly styles?: {
    readonly path?: { readonly [name: string]: ParameterStyle };
    readonly query?: { readonly [name: string]: ParameterStyle };
    readonly headers?: { readonly [name: string]: ParameterStyle };
    readonly cookies?: { readonly [name: string]: ParameterStyle };
    /** Fields of a `form` body and parts of a `multipart` body. */
    readonly body?: { readonly [name: string]: PartStyle };
  };
  readonly body?: Value;
  /** How the body is written, or an expression over `input` and `settings` that comes to one of these. Absent or null: `json`. */
  readonly bodyType?: BodyType | CelValue;
  /** Content-Type of the body, e.g. `application/merge-patch+json`. Absent: the usual one of `bodyType`. */
  readonly contentType?: Value;
  /**
   * The body of `bodyType` `binary`, and parts of a `multipart` one whose style says `file`, are files of the deployment, which are read while they
   * are sent: a {@link FileReference}, or its path as text. Only where the publisher is trusted, as with native code. Absent: false.
   */
  readonly fromFiles?: boolean;
  /** How an `xml` body is written. */
  readonly xml?: XmlStyle;
  /** How the answer is read: one decoder, or several one after the other, e.g. `["gzip", "csv"]`. Absent: by its Content-Type. */
  readonly decode?: Decoder | readonly Decoder[];
  /** The output, from `response.status`, `response.headers`, `response.body`. Absent: the decoded body. */
  readonly output?: Value;
}

/**
 * How a body is written.
 * - `json` (RFC 8259), `jsonl` one JSON value a line from a list, `form` (`application/x-www-form-urlencoded`), `text`
 * - `multipart`: `multipart/form-data` (RFC 7578); file parts are {@link FileContent} or base64 text
 * - `xml`: an object as elements, `@name` keys as attributes, `#text` as text
 * - `binary`: bytes from base64 text or a {@link FileContent}
 */
export type BodyType = "json" | "jsonl" | "form" | "multipart" | "xml" | "text" | "binary";

/** Bytes with a name, as JSON carries them. Exactly one of `base64` and `text`. */
export interface FileContent {
  readonly name?: string;
  /** Media type. Absent: `application/octet-stream`, for `text` `text/plain; charset=utf-8`. */
  readonly type?: string;
  readonly base64?: string;
  readonly text?: string;
}

/** A file of the deployment, or what whoever makes the call has under a name. Exactly one of `path` and `upload`. */
export interface FileReference {
  /** Leads into one of the deployment's folders. */
  readonly path?: string;
  /** A name among the `uploads` of the call. */
  readonly upload?: string;
  /** Absent: the last part of the path. */
  readonly name?: string;
  /** Media type. Absent: `application/octet-stream`. */
  readonly type?: string;
}

/** How a parameter is written (OpenAPI 3.1, Parameter Object §4.8.12). */
export interface ParameterStyle {
  /** Absent: `simple` in path and headers, `form` in query and cookies. */
  readonly style?: "simple" | "label" | "matrix" | "form" | "spaceDelimited" | "pipeDelimited" | "tabDelimited" | "deepObject";
  /** Absent: true for `form` and `deepObject`, otherwise false. */
  readonly explode?: boolean;
  /** Characters that RFC 3986 reserves are sent as they are. Absent: false. */
  readonly allowReserved?: boolean;
  /** The value is written as a text of this media type, e.g. `application/json`, instead of by style. */
  readonly contentType?: string;
}

/** How a field of a form or a part of a multipart body is written. */
export interface PartStyle extends ParameterStyle {
  /** The part is a file. Absent: it is where its value is a {@link FileContent}. */
  readonly file?: boolean;
}

/** The element an `xml` body starts with, and the names its lists and attributes go by. */
export interface XmlStyle {
  /** Name of the root element. */
  readonly root: string;
  /** Namespace of the root element. */
  readonly namespace?: string;
  /** Prefix of that namespace. Absent: the default namespace. */
  readonly prefix?: string;
}

/**
 * One step of reading an answer.
 * - `auto` by Content-Type, `json`, `jsonl` (also NDJSON and RFC 7464 sequences), `text`, `none`
 * - `csv`: RFC 4180, a list of objects by the header row; with `header: false` a list of lists
 * - `xml`: elements as keys, attributes as `@name`, text beside them as `#text`; an element that the output schema calls a list is one
 * - `binary`: base64 text
 * - `sse`: server-sent events (WHATWG HTML §9.2) as a list of `{ event, data, id }`
 * - `gzip`, `zip`: unpacked bytes for the next decoder; of a zip the first entry, or every entry that `entries` matches, as a list
 *   of `{ name, content }` (`*` anything but a slash, `**` anything, `?` one character). 10 MB unpacked at most. Without a next decoder
 *   an entry is read by its name's ending, else as JSON, text or base64, whatever it is
 * - `file`: the bytes are written to a file as they come, and `response.body` is `{ path, bytes, contentType, sha256 }`. `path` leads
 *   into one of the deployment's folders; who reads the folder sees the whole file or none. `maxBytes` absent: any size. Alone, of an
 *   operation whose effect is no read, and only where the publisher is trusted, as with native code
 *
 * Where the operation has no `output`, values in CSV and XML become the numbers, booleans and lists that the output schema expects.
 * All but `json` and `none` read successes (2xx); other answers are read by their Content-Type.
 */
export type Decoder =
  | "auto"
  | "json"
  | "jsonl"
  | "csv"
  | "xml"
  | "text"
  | "binary"
  | "sse"
  | "gzip"
  | "zip"
  | "none"
  | { readonly csv: { readonly delimiter?: string; readonly quote?: string; readonly header?: boolean } }
  | { readonly xml: { readonly lists?: readonly string[] } }
  | { readonly zip: { readonly entries?: string } }
  | FileDecoder;

/** Writes an answer to a file. */
export interface FileDecoder {
  readonly file: { readonly path: Value; readonly maxBytes?: number };
}
