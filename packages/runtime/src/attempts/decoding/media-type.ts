/** What an answer's Content-Type says about how to read it. */
export type Reading = "json" | "jsonl" | "csv" | "xml" | "sse" | "text" | "binary";

/** A Content-Type taken apart (RFC 9110 §8.3.1). */
export interface MediaType {
  /** Lower case, without parameters; `""` where there is none. */
  readonly name: string;
  /** Absent: not said. */
  readonly charset: string | undefined;
  /** Whether `text/csv` says that it has no header row (RFC 4180 §3). */
  readonly headless: boolean;
}

const LINES = /^application\/(?:(?:x-)?(?:jsonl|ndjson|jsonlines|json-lines)|json-seq|stream\+json)$/;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$|^text\/json$/;
/** Documents for people, drawings and pages, stay text. */
const XML_TYPE = /^(?:application|text)\/xml$|^(?!image\/)(?!application\/xhtml)[\w.-]+\/[\w.+-]+\+xml$/;
const TEXT_TYPE = /^text\/|[/+]xml$|javascript$|x-www-form-urlencoded$|graphql|yaml$/;

/** Those of the last answers: a vendor sends few, but whoever answers may send any. */
const known = new Map<string, MediaType>();
const MAX_KNOWN = 100;

/** Takes a Content-Type apart. */
export function mediaType(contentType = ""): MediaType {
  const before = known.get(contentType);
  if (before !== undefined) return before;
  const [name = "", ...parameters] = contentType.toLowerCase().split(";");
  const rest = parameters.join(";");
  const charset = /charset="?([^";]+)"?/.exec(rest)?.[1]?.trim();
  const fresh = Object.freeze({ name: name.trim(), charset, headless: /header="?absent/.test(rest) });
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(contentType, fresh);
  return fresh;
}

const readings = new Map<string, Reading>();

/** How a body of a media type is read; without one as text. */
export function readingOf(name: string): Reading {
  const before = readings.get(name);
  if (before !== undefined) return before;
  const fresh = findReading(name);
  if (readings.size >= MAX_KNOWN) readings.clear();
  readings.set(name, fresh);
  return fresh;
}

function findReading(name: string): Reading {
  if (LINES.test(name)) return "jsonl";
  if (JSON_TYPE.test(name)) return "json";
  if (name === "text/csv" || name === "application/csv") return "csv";
  if (XML_TYPE.test(name)) return "xml";
  if (name === "text/event-stream") return "sse";
  return name === "" || TEXT_TYPE.test(name) ? "text" : "binary";
}
