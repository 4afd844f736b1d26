import type { Json, Placement } from "@mortise/contract";
import { type WireRequest, wireBody } from "../wire-request.ts";

/** Where something stands in a request. */
export type Place = Pick<Placement, "in" | "name">;

/** What stands at a place of a request. Undefined: nothing, or no text. */
export function valueAt(request: WireRequest, { in: place, name }: Place): string | undefined {
  switch (place) {
    case "header":
      return request.headers[name.toLowerCase()];
    case "query":
      return request.query.get(name) ?? undefined;
    case "cookie":
      return request.cookies[name];
    case "body": {
      const { data } = wireBody(request);
      const found = isRecord(data) ? data[name] : undefined;
      return typeof found === "string" ? found : undefined;
    }
  }
}

/** Fills `{settings.x}` holes; what is not set comes to nothing. */
export function filled(text: string, settings: { readonly [name: string]: Json } = {}): string {
  return text.replaceAll(/\{settings\.([A-Za-z0-9_]+)\}/g, (_, name: string) => textOf(settings[name] ?? "") ?? "");
}

/** A value as the text that a request carries. Undefined: nothing. */
export function textOf(value: Json | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
