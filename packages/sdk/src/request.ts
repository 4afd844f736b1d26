import type { HttpRequest, JsonSchema, Value } from "@mortise/contract";
import { type Recordable, type Recording, type RecordingFunction, record, type ScopeSchemas } from "./record.ts";

/** What the parts of a request see. */
export interface RequestScope<Input, Settings> {
  readonly input: Input;
  readonly settings: Settings;
}

/** What `output` of a request sees besides. */
export interface ResponseScope<Input, Settings> extends RequestScope<Input, Settings> {
  readonly response: { readonly status: number; readonly headers: { readonly [name: string]: string }; readonly body: unknown };
}

/** The parts of a request besides method and URL. */
export interface RequestParts<Input = unknown, Settings = unknown> {
  /** An object; lists repeat their name and objects give their members, unless `styles.query` says otherwise. */
  readonly query?: Recording<RequestScope<Input, Settings>>;
  readonly headers?: Recording<RequestScope<Input, Settings>>;
  /** An object of cookies. */
  readonly cookies?: Recording<RequestScope<Input, Settings>>;
  /** How parameters and fields are written where it is not as usual, e.g. `{ query: { filter: { style: "deepObject" } } }`. */
  readonly styles?: HttpRequest["styles"];
  readonly body?: Recording<RequestScope<Input, Settings>>;
  /** Absent: `json` where there is a body. */
  readonly bodyType?: HttpRequest["bodyType"] | RecordingFunction<RequestScope<Input, Settings>>;
  /** Content-Type of the body. Absent: the usual one of `bodyType`. */
  readonly contentType?: Recording<RequestScope<Input, Settings>>;
  /** The body, or parts of it whose style says `file`, are files of the deployment. Absent: false. */
  readonly fromFiles?: boolean;
  /** Root element of an `xml` body. */
  readonly xml?: HttpRequest["xml"];
  /** One decoder or several, e.g. `["gzip", "csv"]`. Absent: by the answer's Content-Type. */
  readonly decode?: HttpRequest["decode"] | FileRecording<RequestScope<Input, Settings>>;
  /** The operation's output. Absent: the decoded body. */
  readonly output?: Recording<ResponseScope<Input, Settings>>;
}

/** A file that the answer is written to, e.g. `{ file: { path: ($) => $.input.path } }`. `maxBytes` absent: any size. */
export interface FileRecording<Scope> {
  readonly file: { readonly path: Recording<Scope>; readonly maxBytes?: number };
}

/** Values for the `{holes}` of the URL. */
export interface PathParts<Input = unknown, Settings = unknown> {
  readonly path: { readonly [hole: string]: Recordable } | RecordingFunction<RequestScope<Input, Settings>>;
}

/** The `{holes}` of a path template: `"id"` for `/contacts/{id}`. */
export type HolesOf<Path extends string> = Path extends `${string}{${infer Hole}}${infer Rest}` ? Hole | HolesOf<Rest> : never;

/** The holes that a path may have: keys of the input, `settings.` and a key of the settings. */
export type AllowedHole<Input, Settings> = (keyof Input & string) | `settings.${keyof Settings & string}`;

/** A declarative request, still to be recorded against the operation's schemas. */
export interface RequestSpec<Input, Settings, Hole extends string = never> {
  readonly method: HttpRequest["method"];
  readonly url: string | RecordingFunction<RequestScope<Input, Settings>>;
  readonly parts: RequestParts<Input, Settings> & Partial<PathParts<Input, Settings>>;
  /** Only for the compiler: the holes used must be among those allowed. */
  readonly holes?: Hole;
}

/** Describes a request of one method. */
export interface RequestBuilder {
  /** The `{holes}` of the URL are what `path` says. */
  <Input, Settings>(
    url: string,
    parts: RequestParts<Input, Settings> & PathParts<Input, Settings>,
  ): RequestSpec<Input, Settings, never>;
  /** The `{holes}` of the URL are fields of the input, or settings. */
  <Input, Settings, const Path extends string = never>(
    url: Path | RecordingFunction<RequestScope<Input, Settings>>,
    parts?: RequestParts<Input, Settings> & { readonly path?: undefined },
  ): RequestSpec<Input, Settings, HolesOf<Path>>;
}

const builder = (method: HttpRequest["method"]): RequestBuilder => {
  return <Input, Settings>(url: RequestSpec<Input, Settings>["url"], parts: RequestSpec<Input, Settings>["parts"] = {}) =>
    Object.freeze({ method, url, parts });
};

/**
 * A GET request (RFC 9110 §9.3.1). The URL is a path below the first host, or absolute, with `{name}` holes for input fields and
 * `{settings.name}` for settings, each percent-encoded as one path segment, or written as `styles.path` says; or with holes that `path`
 * fills; or a function that records it.
 */
export const get: RequestBuilder = builder("GET");
/** A HEAD request (RFC 9110 §9.3.2); see {@link get} for the URL. */
export const head: RequestBuilder = builder("HEAD");
/** A POST request (RFC 9110 §9.3.3); see {@link get} for the URL. */
export const post: RequestBuilder = builder("POST");
/** A PUT request (RFC 9110 §9.3.4); see {@link get} for the URL. */
export const put: RequestBuilder = builder("PUT");
/** A PATCH request (RFC 5789); see {@link get} for the URL. */
export const patch: RequestBuilder = builder("PATCH");
/** A DELETE request (RFC 9110 §9.3.5); see {@link get} for the URL. */
export const del: RequestBuilder = builder("DELETE");
/** An OPTIONS request (RFC 9110 §9.3.7); see {@link get} for the URL. */
export const options: RequestBuilder = builder("OPTIONS");

/** Writes a request as data. Recorded parts see the schemas, so that fields that may be absent are written as such. */
export function requestData<Input, Settings, Hole extends string>(
  spec: RequestSpec<Input, Settings, Hole>,
  schemas: { readonly input: JsonSchema; readonly settings: JsonSchema },
): HttpRequest {
  const { query, headers, cookies, styles, body, bodyType, contentType, fromFiles, xml, decode, output } = spec.parts;
  const parts: { [part: string]: unknown } = placeOf(spec, schemas);
  const recordings = { query, headers, cookies, body, bodyType, contentType };
  for (const [name, recording] of Object.entries(recordings)) {
    if (recording !== undefined) parts[name] = record(recording, schemas);
  }
  for (const [name, given] of Object.entries({ styles, fromFiles, xml })) if (given !== undefined) parts[name] = given;
  if (decode !== undefined)
    parts.decode = isFile(decode) ? { file: { ...decode.file, path: record(decode.file.path, schemas) } } : decode;
  if (output !== undefined) parts.output = record(output, { ...schemas, response: true });
  return { method: spec.method, ...parts } as HttpRequest;
}

const isFile = (decode: object | string): decode is FileRecording<unknown> => typeof decode === "object" && "file" in decode;

/** URL and path. A URL whose holes have styles keeps them, and its path takes them from where their names say. */
function placeOf<Input, Settings, Hole extends string>(
  { url, parts: { path, styles } }: RequestSpec<Input, Settings, Hole>,
  schemas: ScopeSchemas,
): { url: Value; path?: Value } {
  if (typeof url !== "string") return { url: record(url, schemas) };
  if (path !== undefined) return { url, path: record(path, schemas) };
  if (styles?.path === undefined) return { url: fromPath(url) };
  const holes = [...url.matchAll(HOLES)].map(([, hole = ""]): [string, Value] => [hole, { $cel: celOf(hole) }]);
  return { url, path: Object.fromEntries(holes) };
}

const HOLES = /\{([^{}]+)\}/g;
const celOf = (hole: string): string => (hole.startsWith("settings.") ? hole : `input.${hole}`);

function fromPath(path: string): Value {
  if (!path.includes("{")) return path;
  return { $text: path.replaceAll(HOLES, (_, hole: string) => `\${${celOf(hole)}}`) };
}
