import { type Json, MortiseError } from "@mortise/contract";
import type { RequestDraft } from "../request-draft.ts";

/** One thing that code adds to a request. */
export interface Addition {
  readonly place: "header" | "query" | "cookie";
  readonly name: string;
  readonly value: string;
}

const PLACES = { headers: "header", query: "query", cookies: "cookie" } as const;
const MAX_ENTRIES = 50;
const MAX_NAME = 200;
const MAX_TOTAL = 16_384;
/** Names of headers and cookies (RFC 9110 §5.6.2, token). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Those that say how the message is carried and where it goes (RFC 9110 §7.6.1, RFC 9112), or that have a place of their own. */
const NOT_TO_ADD: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "http2-settings",
  "cookie",
]);

/** Reads what the code of a custom scheme returned. Throws `CODE_FAILED` for anything that may not be added to this request. */
export function readAdditions(returned: Json, request: RequestDraft): readonly Addition[] {
  if (!isObject(returned)) throw refusal("", "is no object; expected { headers, query, cookies }");
  const additions = Object.entries(returned).flatMap(([key, entries]) => {
    const place = Object.hasOwn(PLACES, key) ? PLACES[key as keyof typeof PLACES] : undefined;
    if (place === undefined) throw refusal(`/${key}`, "is nothing that can be added; expected headers, query or cookies");
    if (!isObject(entries)) throw refusal(`/${key}`, "is no object of texts by name");
    return Object.entries(entries).map(([name, value]) => addition(place, name, value, `/${key}/${name}`));
  });
  checkSize(additions);
  for (const one of additions) checkNew(one, additions, request);
  return additions;
}

function addition(place: Addition["place"], name: string, value: Json, path: string): Addition {
  if (typeof value !== "string") throw refusal(path, "is no text");
  if (name === "" || name.length > MAX_NAME || !name.isWellFormed())
    throw refusal(`/${place}`, "has a name that is empty or too long");
  if (!value.isWellFormed()) throw refusal(path, "has half of a surrogate pair in it");
  if (place !== "query" && !TOKEN.test(name)) throw refusal(path, `has a name that no ${place} can have (RFC 9110 §5.6.2)`);
  if (place !== "header") return { place, name, value };
  const lower = name.toLowerCase();
  if (NOT_TO_ADD.has(lower) || lower.startsWith("proxy-")) throw refusal(path, "is a header that code may not set");
  if (!HEADER_VALUE.test(value)) throw refusal(path, "has characters that a header cannot carry");
  return { place, name: lower, value };
}

function checkSize(additions: readonly Addition[]): void {
  const total = additions.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (additions.length > MAX_ENTRIES || total > MAX_TOTAL)
    throw refusal(
      "",
      `adds ${additions.length} entries with ${total} characters; at most ${MAX_ENTRIES} and ${MAX_TOTAL} are allowed`,
    );
}

/** What is in the request stays as the operation says, and nothing is added twice. */
function checkNew({ place, name }: Addition, additions: readonly Addition[], { url, headers }: RequestDraft): void {
  const twice = additions.filter((other) => other.place === place && other.name === name).length > 1;
  const cookies = (headers.cookie ?? "").split(";").map((pair) => pair.split("=", 1)[0]?.trim());
  const there = { header: Object.hasOwn(headers, name), query: url.searchParams.has(name), cookie: cookies.includes(name) }[
    place
  ];
  if (twice || there) throw refusal("", `adds the ${place} ${shown(name)}, which is there already`);
}

function refusal(path: string, what: string): MortiseError {
  return new MortiseError("CODE_FAILED", `What sign returned${path === "" ? "" : ` at ${shown(path)}`} ${what}.`);
}

/** Names come from the code: only what is plain is repeated. */
const shown = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 100);

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
