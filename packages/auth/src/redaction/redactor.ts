import type { Json } from "@mortise/contract";
import { secretForms } from "./secret-forms.ts";
import { isSecretHeader, isSecretParam } from "./secret-names.ts";
import { SECRET_PATTERNS } from "./secret-patterns.ts";

const REDACTED = "[redacted]";
const MAX_LEARNED = 32;

/** Takes secrets out of what is logged, traced, stored or shown. */
export interface Redactor {
  /** This call's secrets in every form, then whatever looks like a secret. */
  text(text: string): string;
  /** {@link Redactor.text} on every string of a value, keys included. Returns the same object where nothing was found. */
  json(value: Json): Json;
  /** Only this call's own secrets: for data, where a look-alike may be the payload. Returns the same object where nothing was found. */
  data(value: Json): Json;
  /** Whether there is nothing of this call's own to look for. */
  readonly empty: boolean;
  /** Makes it know more secrets, such as a token that just came. It remembers the last 32 of them. */
  learn(secrets: readonly string[]): void;
  /** Whether a text holds one of this call's secrets in any form. */
  finds(text: string): boolean;
  /** Headers to show: values of telling names hidden, the others as {@link Redactor.text}. `extra` names more, in lower case. */
  headers(headers: { readonly [name: string]: string }, extra?: readonly string[]): { readonly [name: string]: string };
  /** A URL to show: no user info, values of telling parameters hidden, the rest as {@link Redactor.text}. */
  url(url: URL, extra?: readonly string[]): string;
}

/**
 * Builds a redactor of three nets: by place (headers, parameters; schemas have `redactBySchema`), by value (these secrets, if at
 * least 8 characters) and by pattern. Compiled once a connection and once for every new token: the search is one regular expression.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  let learned: readonly string[] = [];
  let own = searchFor(secrets);

  const byValue = (text: string): string => (own === undefined ? text : text.replace(own, REDACTED));
  const text = (input: string): string =>
    SECRET_PATTERNS.reduce((out, pattern) => out.replace(pattern, REDACTED), byValue(input));

  return Object.freeze({
    text,
    json: (value: Json) => mapStrings(value, text),
    data: (value: Json) => (own === undefined ? value : mapStrings(value, byValue)),
    get empty() {
      return own === undefined;
    },
    learn: (more: readonly string[]) => {
      const fresh = more.filter((secret) => !learned.includes(secret) && !secrets.includes(secret));
      if (fresh.length === 0) return;
      learned = [...learned, ...new Set(fresh)].slice(-MAX_LEARNED);
      own = searchFor([...secrets, ...learned]);
    },
    finds: (input: string) => own !== undefined && input.search(own) >= 0,
    headers: (headers: { readonly [name: string]: string }, extra: readonly string[] = []) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          isSecretHeader(name) || extra.includes(name.toLowerCase()) ? REDACTED : text(value),
        ]),
      ),
    url: (url: URL, extra: readonly string[] = []) => {
      const shown = new URL(url);
      shown.username = "";
      shown.password = "";
      for (const name of new Set(shown.searchParams.keys())) {
        if (isSecretParam(name) || extra.includes(name)) shown.searchParams.set(name, "REDACTED");
      }
      return text(shown.href);
    },
  });
}

/** One expression that finds every form of these secrets, the longest first. Undefined: there is nothing to find. */
function searchFor(secrets: readonly string[]): RegExp | undefined {
  const forms = [...new Set(secrets.flatMap(secretForms))].sort((a, b) => b.length - a.length);
  return forms.length === 0 ? undefined : new RegExp(forms.map(literally).join("|"), "g");
}

function mapStrings(value: Json, map: (text: string) => string): Json {
  if (typeof value === "string") return map(value);
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) {
    const items = value.map((item) => mapStrings(item, map));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map), key, item] as const);
  if (!entries.some(([key, item, oldKey, oldItem]) => key !== oldKey || item !== oldItem)) return value;
  return Object.fromEntries(entries.map(([key, item]) => [key, item]));
}

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
