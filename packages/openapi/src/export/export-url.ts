import type { HttpRequest, JsonSchema, JsonSchemaObject, Value } from "@mortise/contract";
import { celSource, inputReference } from "./input-reference.ts";
import { propertyOf } from "./schema-hoist.ts";
import { schemaOfValue } from "./schema-of-value.ts";

/** A URL as OpenAPI says it. */
export interface ExportedUrl {
  /** Path with `{holes}`. */
  readonly path: string;
  /** Another server than the document's. */
  readonly server?: string;
  readonly holes: readonly { readonly name: string; readonly schema: JsonSchema }[];
}

/** Takes a request's URL apart; undefined where it is computed as a whole. */
export function exportUrl({ url, path }: HttpRequest, input: JsonSchemaObject): ExportedUrl | undefined {
  if (typeof url === "string") {
    const holes = Object.entries(path ?? {}).map(([name, value]) => ({ name, schema: schemaOfValue(value, input) }));
    return split(url, holes);
  }
  const template = textOf(url);
  if (template === undefined) return undefined;
  const holes: { name: string; schema: JsonSchema }[] = [];
  const names = new Map<string, number>();
  const isBase = template.startsWith("${settings.");
  const rest = isBase ? template.slice(template.indexOf("}") + 1) : template;
  const literal = rest.replaceAll(/\$\{([^{}]*)\}/g, (_, source: string) => {
    const reference = inputReference(source);
    const wanted = reference?.name.replaceAll(/\W/g, "_") ?? /^settings\.(\w+)$/.exec(source.trim())?.[1] ?? "part";
    const seen = (names.get(wanted) ?? 0) + 1;
    names.set(wanted, seen);
    const name = seen === 1 ? wanted : `${wanted}${seen}`;
    holes.push({ name, schema: reference === undefined ? { type: "string" } : propertyOf(input, reference.name) });
    return `{${name}}`;
  });
  return split(literal, holes);
}

function split(url: string, holes: ExportedUrl["holes"]): ExportedUrl {
  const [, origin, rest = ""] = /^(https?:\/\/[^/?#]*)?(.*)$/s.exec(url) ?? [];
  const path = rest.replace(/[?#].*$/s, "");
  return {
    path: path.startsWith("/") ? path : `/${path}`,
    ...(origin === undefined ? {} : { server: origin }),
    holes,
  };
}

function textOf(url: Value): string | undefined {
  if (typeof url !== "object" || url === null || Array.isArray(url) || celSource(url) !== undefined) return undefined;
  const text = (url as { readonly $text?: Value }).$text;
  return typeof text === "string" ? text : undefined;
}
