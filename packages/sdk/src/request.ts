import type { HttpRequest, JsonSchema, Value } from "@mortise/contract";
import { type Recording, type RecordingFunction, record } from "./record.ts";

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
  readonly query?: Recording<RequestScope<Input, Settings>>;
  readonly headers?: Recording<RequestScope<Input, Settings>>;
  readonly body?: Recording<RequestScope<Input, Settings>>;
  /** Absent: `json` where there is a body. */
  readonly bodyType?: HttpRequest["bodyType"] | RecordingFunction<RequestScope<Input, Settings>>;
  /** Absent: by the answer's Content-Type. */
  readonly decode?: HttpRequest["decode"];
  /** The operation's output. Absent: the decoded body. */
  readonly output?: Recording<ResponseScope<Input, Settings>>;
}

/** The `{holes}` of a path template: `"id"` for `/contacts/{id}`. */
export type HolesOf<Path extends string> = Path extends `${string}{${infer Hole}}${infer Rest}` ? Hole | HolesOf<Rest> : never;

/** The holes that a path may have: keys of the input, `settings.` and a key of the settings. */
export type AllowedHole<Input, Settings> = (keyof Input & string) | `settings.${keyof Settings & string}`;

/** A declarative request, still to be recorded against the operation's schemas. */
export interface RequestSpec<Input, Settings, Hole extends string = never> {
  readonly method: HttpRequest["method"];
  readonly url: string | RecordingFunction<RequestScope<Input, Settings>>;
  readonly parts: RequestParts<Input, Settings>;
  /** Only for the compiler: the holes used must be among those allowed. */
  readonly holes?: Hole;
}

type RequestBuilder = <Input, Settings, const Path extends string = never>(
  url: Path | RecordingFunction<RequestScope<Input, Settings>>,
  parts?: RequestParts<Input, Settings>,
) => RequestSpec<Input, Settings, HolesOf<Path>>;

const builder =
  (method: HttpRequest["method"]): RequestBuilder =>
  (url, parts = {}) =>
    Object.freeze({ method, url, parts });

/**
 * A GET request (RFC 9110 §9.3.1). The URL is a path below the first host, or absolute, with `{name}` holes for input fields and
 * `{settings.name}` for settings, each percent-encoded as one path segment; or a function that records it.
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

/** Writes a request as data. Recorded parts see the schemas, so that fields that may be absent are written as such. */
export function requestData<Input, Settings, Hole extends string>(
  spec: RequestSpec<Input, Settings, Hole>,
  schemas: { readonly input: JsonSchema; readonly settings: JsonSchema },
): HttpRequest {
  const { query, headers, body, bodyType, decode, output } = spec.parts;
  const parts: { [part: string]: Value } = {};
  const url = typeof spec.url === "string" ? fromPath(spec.url) : record(spec.url, schemas);
  for (const [name, recording] of Object.entries({ query, headers, body, bodyType })) {
    if (recording !== undefined) parts[name] = record(recording, schemas);
  }
  if (decode !== undefined) parts.decode = decode;
  if (output !== undefined) parts.output = record(output, { ...schemas, response: true });
  return { method: spec.method, url, ...parts };
}

function fromPath(path: string): Value {
  if (!path.includes("{")) return path;
  return {
    $text: path.replaceAll(/\{([^{}]+)\}/g, (_, hole: string) => `\${${hole.startsWith("settings.") ? hole : `input.${hole}`}}`),
  };
}
