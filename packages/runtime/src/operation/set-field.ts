import { type Json, type JsonObject, parsePointer } from "@mortise/contract";

/** A copy of a record with one field set. A name that starts with `/` is a JSON pointer (RFC 6901); records on its way are made. */
export function setField(record: Json, name: string, value: Json): Json {
  return set(record, name.startsWith("/") ? (parsePointer(name) ?? [name]) : [name], value);
}

function set(at: Json | undefined, [key, ...rest]: readonly string[], value: Json): Json {
  if (key === undefined) return value;
  if (isList(at)) return at.map((each, index) => (String(index) === key ? set(each, rest, value) : each));
  const record = isRecord(at) ? at : {};
  return { ...record, [key]: set(Object.hasOwn(record, key) ? record[key] : undefined, rest, value) };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isRecord = (value: Json | undefined): value is JsonObject => value !== null && typeof value === "object" && !isList(value);
