import { compileValue } from "@mortise/builders";
import { type HttpRequest, type JsonSchemaObject, joinPointer, type Value } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const pathParameters = defineCheck({
  id: "MC015",
  name: "path-parameters",
  severity: "error",
  title: "What stands in a path is required and encoded; no input decides scheme or host unless its schema narrows it.",
  why: "An empty identifier turns `DELETE /contacts/{id}` into `DELETE /contacts/`; an unencoded one reaches other paths; a free host takes the credential away.",
  reading:
    "Holes of a template and of a `$text` are encoded. A `$cel` URL is used as it comes out, so an input that it adds to a text must be a URL itself (`format` `uri`, `uri-reference`), a number, or narrowed by its schema.",
  bad: {
    contract: { operations: { deleteContact: { request: { url: { $cel: "'/contacts/' + input.contactId" }, path: null } } } },
  },
  good: {
    contract: { operations: { deleteContact: { request: { url: { $text: "/contacts/${input.contactId}" }, path: null } } } },
  },
  adopts: ({ path, message }) => /^\/operations\/[^/]+\/request\/path/.test(path) && !message.includes("unknown key"),
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, operation]) =>
      operation.request === undefined
        ? []
        : requestFaults(
            operation.request,
            resolvedSchema(operation.input, contract.schemas),
            joinPointer("operations", name, "request"),
          ),
    ),
});

function requestFaults(request: HttpRequest, input: JsonSchemaObject, at: string): readonly Finding[] {
  const holes = Object.entries(request.path ?? {}).flatMap(([hole, value]) =>
    requiredFaults(value, input, `${at}/path${joinPointer(hole)}`),
  );
  return [...holes, ...unfilled(request, `${at}/url`), ...urlFaults(request.url, input, `${at}/url`)];
}

/** A literal URL is a template only next to `path`; without it, braces are sent as they are. */
function unfilled({ url, path }: HttpRequest, at: string): readonly Finding[] {
  const hole = typeof url === "string" && path === undefined ? /\{[A-Za-z_][\w.-]*\}/.exec(url)?.[0] : undefined;
  return hole === undefined
    ? []
    : [{ code: "MISSING_KEY", path: at, message: `has the hole ${hole}, and no "path" that fills it` }];
}

/** An optional field that alone fills a hole leaves it empty. */
function requiredFaults(value: Value, input: JsonSchemaObject, path: string): readonly Finding[] {
  return [...inputKeys(value)].flatMap((key): readonly Finding[] => {
    const schema = input.properties?.[key];
    if (schema === undefined || typeof schema === "boolean") return [];
    if ((input.required ?? []).includes(key) || schema.default !== undefined || schema.const !== undefined) return [];
    const isAlone = typeof value === "object" && value !== null && "$cel" in value && value.$cel === `input.${key}`;
    if (!isAlone) return [];
    const message = `is filled by the input "${key}", which is neither required nor has a default`;
    return [{ code: "INVALID_VALUE", path, message, fix: { title: `Make "${key}" required.` } }];
  });
}

function urlFaults(url: Value, input: JsonSchemaObject, path: string): readonly Finding[] {
  if (typeof url !== "object" || url === null || Array.isArray(url)) return [];
  const text = "$text" in url && typeof url.$text === "string" ? url.$text : undefined;
  if (text !== undefined) {
    const host = text.startsWith("/") ? "" : (BEFORE_PATH.exec(text)?.[0] ?? "");
    return free({ $text: host }, input, "stands in the scheme or host of the URL", path);
  }
  const asText = "$cel" in url && typeof url.$cel === "string" && /['"]/.test(url.$cel);
  return asText ? free(url, input, "is put into the URL as it is, not encoded", path) : [];
}

/** Scheme and host of a text with holes. */
const BEFORE_PATH = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\$\{[^}]*\}|[^/?#$]|\$(?!\{))*/i;

function free(value: Value, input: JsonSchemaObject, how: string, path: string): readonly Finding[] {
  return [...inputKeys(value)].flatMap((key): readonly Finding[] => {
    const schema = input.properties?.[key];
    if (typeof schema === "object" && isNarrow(schema)) return [];
    const message = `the input "${key}" ${how}; use a path with {holes}, or narrow the field by "pattern", "enum" or "format"`;
    return [{ code: "UNSAFE_CONTRACT", path, message }];
  });
}

function isNarrow(schema: JsonSchemaObject): boolean {
  if (["enum", "const", "pattern"].some((key) => Object.hasOwn(schema, key))) return true;
  if (["uri", "uri-reference", "hostname", "ipv4", "ipv6"].includes(schema.format ?? "")) return true;
  return ["integer", "number", "boolean"].includes(String(schema.type));
}

function inputKeys(value: Value): ReadonlySet<string> {
  return new Set(
    compileValue(value).reads.flatMap(([variable, key]) => (variable === "input" && key !== undefined ? [key] : [])),
  );
}
