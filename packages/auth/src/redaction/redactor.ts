import type { Json } from "@mortise/contract";
import { isSecretField, isSecretHeader, isSecretParam } from "./secret-names.ts";
import { looksSecret, SECRET_PATTERNS } from "./secret-patterns.ts";
import { type CompiledSecret, type SecretSearch, secretSearch } from "./secret-search.ts";

const REDACTED = "[redacted]";
const MAX_LEARNED = 32;

/** Takes secrets out of what is logged, traced, stored or shown. */
export interface Redactor {
  /** This call's secrets in every form, then whatever looks like a secret. */
  text(text: string): string;
  /**
   * {@link Redactor.text} on every string of a value, keys included, and what stands under a telling name hidden. Returns the same object
   * where nothing was found.
   */
  json(value: Json): Json;
  /** Only this call's own secrets: for data, where a look-alike may be the payload. Returns the same object where nothing was found. */
  data(value: Json): Json;
  /** Whether there is nothing of this call's own to look for. */
  readonly empty: boolean;
  /** Makes it know more secrets, such as a token that just came. It remembers the last 32 that it was told of. */
  learn(secrets: readonly string[]): void;
  /** Whether a text holds one of this call's secrets in any form. */
  finds(text: string): boolean;
  /** Headers to show: values of telling names hidden, the others as {@link Redactor.text}. `extra` names more, in lower case. */
  headers(headers: { readonly [name: string]: string }, extra?: readonly string[]): { readonly [name: string]: string };
  /** A URL to show: no user info, values of telling parameters hidden, the rest as {@link Redactor.text}. */
  url(url: URL, extra?: readonly string[]): string;
}

/**
 * Builds a redactor of three nets: by place (headers, parameters, names of fields; schemas have `redactBySchema`), by value (these
 * secrets, if at least 8 characters) and by pattern. Compiled once a connection and once for every new token.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const first = new Set(secrets);
  let learned: readonly string[] = [];
  const known = new Map<string, CompiledSecret | undefined>();
  let own = secretSearch(secrets, known);
  /** Many calls have the address of the one before. */
  let last: { readonly href: string; readonly own: SecretSearch | undefined; readonly shown: string } | undefined;

  const byValue = (text: string): string => (own === undefined ? text : own.hide(text, REDACTED));
  const text = (input: string): string => {
    const shown = byValue(input);
    return looksSecret(shown) ? SECRET_PATTERNS.reduce((out, pattern) => out.replace(pattern, REDACTED), shown) : shown;
  };

  return Object.freeze({
    text,
    json: (value: Json) => walk(value, { text, search: own, isHidden: isSecretField }),
    data: (value: Json) => (own === undefined ? value : walk(value, { text: byValue, search: own, isHidden: () => false })),
    get empty() {
      return own === undefined;
    },
    learn: (more: readonly string[]) => {
      const told = [...new Set(more)].filter((secret) => !first.has(secret));
      if (told.length === 0) return;
      const isNew = told.some((secret) => !learned.includes(secret));
      // What was told last is forgotten last.
      learned = [...learned.filter((secret) => !told.includes(secret)), ...told].slice(-MAX_LEARNED);
      if (isNew) own = secretSearch([...secrets, ...learned], known);
    },
    finds: (input: string) => byValue(input) !== input,
    headers: (headers: { readonly [name: string]: string }, extra: readonly string[] = []) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          isSecretHeader(name) || extra.includes(name.toLowerCase()) ? REDACTED : text(value),
        ]),
      ),
    url: (url: URL, extra: readonly string[] = []) => {
      const { href } = url;
      if (last !== undefined && last.href === href && last.own === own) return last.shown;
      if (url.search === "" && url.username === "" && url.password === "") {
        last = { href, own, shown: text(href) };
        return last.shown;
      }
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

interface Nets {
  readonly text: (text: string) => string;
  readonly search: SecretSearch | undefined;
  /** Whether the name of a field says that its value is hidden. */
  readonly isHidden: (name: string) => boolean;
}

/** Copies only what changes. */
function walk(value: Json, nets: Nets): Json {
  if (typeof value === "string") return nets.text(value);
  if (typeof value === "number") return nets.search?.isSecret(value) === true ? REDACTED : value;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return isList(value) ? walkList(value, nets) : walkObject(value as { readonly [key: string]: Json }, nets);
}

function walkList(list: readonly Json[], nets: Nets): Json {
  let copy: Json[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const item = list[at] as Json;
    const shown = walk(item, nets);
    if (shown === item) continue;
    copy ??= [...list];
    copy[at] = shown;
  }
  return copy ?? list;
}

function walkObject(object: { readonly [key: string]: Json }, nets: Nets): Json {
  let copy: [string, Json][] | undefined;
  const names = Object.keys(object);
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    const value = object[name] as Json;
    const isHidden = (typeof value === "string" || typeof value === "number") && nets.isHidden(name);
    const shown = isHidden ? REDACTED : walk(value, nets);
    const shownName = nets.text(name);
    if (shown === value && shownName === name) continue;
    copy ??= Object.entries(object);
    copy[at] = [shownName, shown];
  }
  return copy === undefined ? object : Object.fromEntries(copy);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
