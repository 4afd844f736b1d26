import type { BodyType, JsonSchema, PartStyle, XmlStyle } from "@mortise/contract";
import { own, ownBoolean, ownText } from "../document/loose.ts";
import { child, entries, items, type Place, placeKey } from "../document/place.ts";
import type { Draft } from "../schemas/convert-schema.ts";
import { SENT, SENT_XML } from "../schemas/flavour.ts";
import { secretByName } from "../schemas/secret-name.ts";
import { collectionStyle } from "../source/read-parameters.ts";
import type { SourceBody, SourceMedia } from "../source/source-operation.ts";
import type { ImportContext } from "./import-context.ts";
import { STYLES } from "./input-parameters.ts";
import { bodyTypeOf, isWildcard } from "./media-kind.ts";

/** The body of a request, as the input asks for it and the request writes it. */
export interface InputBody {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly bodyType: BodyType;
  /** Absent: the usual one of `bodyType`. */
  readonly contentType: string | undefined;
  readonly xml: XmlStyle | undefined;
  readonly styles: { readonly [name: string]: PartStyle };
  readonly media: SourceMedia;
}

/** The body in the way of writing that suits best. Text is the reason why there is none that can be said declaratively. */
export function inputBody(body: SourceBody, context: ImportContext): InputBody | string {
  const media = preferred(body.media);
  const bodyType = media && kindOf(media, context);
  if (media === undefined || bodyType === undefined) return `its body is ${body.media.map(({ type }) => type).join(" or ")}`;
  const others = body.media.filter((each) => each !== media).map(({ type }) => type);
  if (others.length > 0)
    context.findings.add(
      "info",
      "INVALID_VALUE",
      body.place,
      `the body is sent as ${media.type}; ${others.join(", ")} would do as well`,
    );
  const made = body.fields.length > 0 ? formOf(body.fields, bodyType, context) : bodyOf(media, bodyType, context);
  if (body.description !== undefined && typeof made.schema === "object") (made.schema as Draft).description ??= body.description;
  const contentType =
    USUAL[bodyType] === media.type || isWildcard(media.type) || media.type.includes("*") ? undefined : media.type;
  return {
    schema: made.schema,
    required: body.required,
    bodyType,
    contentType: bodyType === "multipart" ? undefined : contentType,
    xml: made.xml,
    styles: made.styles,
    media,
  };
}

const USUAL: Readonly<Record<BodyType, string>> = Object.freeze({
  json: "application/json",
  jsonl: "application/x-ndjson",
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data",
  xml: "application/xml",
  text: "text/plain",
  binary: "application/octet-stream",
});

const WELL_KNOWN: readonly (BodyType | undefined)[] = ["json", "form", "multipart"];

/** The first that is JSON, a form or multipart; else the first that can be written at all. */
function preferred(media: readonly SourceMedia[]): SourceMedia | undefined {
  const usable = media.filter(({ type }) => bodyTypeOf(type) !== undefined);
  return (
    usable.find(({ type }) => WELL_KNOWN.includes(bodyTypeOf(type))) ?? usable.find(({ type }) => !isWildcard(type)) ?? usable[0]
  );
}

function kindOf({ type, schema }: SourceMedia, { documents }: ImportContext): BodyType | undefined {
  if (!isWildcard(type)) return bodyTypeOf(type);
  const resolved = schema && documents.resolve(schema)?.value;
  return resolved === undefined || own(resolved, "type") === "string" ? "binary" : "json";
}

interface Made {
  readonly schema: JsonSchema;
  readonly xml?: XmlStyle;
  readonly styles: { readonly [name: string]: PartStyle };
}

function bodyOf(media: SourceMedia, bodyType: BodyType, context: ImportContext): Made {
  const { schema } = media;
  switch (bodyType) {
    case "binary":
      return { schema: { $ref: context.fileSchema() }, styles: {} };
    case "text":
      return { schema: textSchema(schema, context), styles: {} };
    case "xml":
      return schema === undefined ? { schema: { type: "string" }, styles: {} } : xmlBody(schema, context);
    case "multipart":
      return schema === undefined ? { schema: { type: "object" }, styles: {} } : multipartBody(schema, media, context);
    case "form":
      return {
        schema: schema === undefined ? { type: "object" } : context.schemas.convert(schema, SENT),
        styles: encodingStyles(media, "form"),
      };
    default:
      return { schema: schema === undefined ? {} : context.schemas.convert(schema, SENT), styles: {} };
  }
}

function textSchema(schema: Place | undefined, context: ImportContext): JsonSchema {
  const converted = schema === undefined ? undefined : context.schemas.convert(schema, SENT);
  return typeof converted === "object" && converted.type === "string" ? converted : { type: "string" };
}

/** An object with one property and no name of its own is that property's element. */
function xmlBody(schema: Place, context: ImportContext): Made {
  const resolved = context.documents.resolve(schema) ?? schema;
  const properties = entries(child(resolved, "properties"));
  const [only] = properties;
  const named = own(resolved.value, "xml");
  if (only !== undefined && properties.length === 1 && named === undefined && resolved === schema) {
    const inner = context.documents.resolve(only[1]);
    const style = inner && own(inner.value, "xml");
    if (own(inner?.value, "type") !== "array")
      return {
        schema: context.schemas.convert(only[1], SENT_XML),
        xml: xmlStyle(style ?? own(only[1].value, "xml"), only[0]),
        styles: {},
      };
  }
  const name = resolved.pointer.split("/").at(-1) ?? "root";
  return {
    schema: context.schemas.convert(schema, SENT_XML),
    xml: xmlStyle(named, /^[A-Za-z_][\w.-]*$/.test(name) && name !== "schema" ? name : "root"),
    styles: {},
  };
}

function xmlStyle(xml: unknown, name: string): XmlStyle {
  const namespace = ownText(xml, "namespace");
  const prefix = ownText(xml, "prefix");
  return { root: ownText(xml, "name") ?? name, ...(namespace ? { namespace } : {}), ...(namespace && prefix ? { prefix } : {}) };
}

function multipartBody(schema: Place, media: SourceMedia, context: ImportContext): Made {
  const converted = context.schemas.convert(schema, SENT);
  const whole = context.schemas.look(converted);
  const files: string[] = [];
  const properties: { [name: string]: unknown } = {};
  for (const [name, place] of partPlaces(schema, context)) {
    const kind = fileKind(place, context);
    if (kind === undefined) continue;
    files.push(name);
    const file = { ...titled(place), $ref: context.fileSchema() };
    properties[name] = kind === "one" ? file : { type: "array", items: { $ref: context.fileSchema() }, ...titled(place) };
    if (kind === "either") properties[name] = { anyOf: [file, { type: "array", items: { $ref: context.fileSchema() } }] };
  }
  const styles = encodingStyles(media, "multipart");
  for (const name of files) styles[name] = { ...styles[name], file: true };
  if (files.length === 0 || whole === undefined || typeof whole.properties !== "object") return { schema: converted, styles };
  return { schema: { ...whole, properties: { ...whole.properties, ...properties } } as JsonSchema, styles };
}

/** Schemas that are looked through for the parts of one body. */
const MAX_PARTS = 200;

/** The parts of a multipart body, through references and branches; each schema once. */
function partPlaces(schema: Place, context: ImportContext, seen = new Set<string>()): readonly (readonly [string, Place])[] {
  const resolved = context.documents.resolve(schema);
  if (resolved === undefined || seen.size >= MAX_PARTS || seen.has(placeKey(resolved))) return [];
  seen.add(placeKey(resolved));
  const branches = ["allOf", "anyOf", "oneOf"].flatMap((key) => items(child(resolved, key)));
  return [...entries(child(resolved, "properties")), ...branches.flatMap((branch) => partPlaces(branch, context, seen))];
}

/** Whether a part is a file, several, or either. Branches beyond `walk.left` are not looked at. */
function fileKind(place: Place, context: ImportContext, walk = { left: 200 }): "one" | "many" | "either" | undefined {
  const resolved = context.documents.resolve(place);
  walk.left -= 1;
  if (resolved === undefined || walk.left < 0) return undefined;
  const { value } = resolved;
  if (own(value, "format") === "binary" || own(value, "type") === "file" || own(value, "contentEncoding") === "binary")
    return "one";
  if (
    own(value, "contentMediaType") !== undefined &&
    own(value, "contentEncoding") === undefined &&
    own(value, "type") !== "object"
  )
    return "one";
  const inner = child(resolved, "items");
  if (inner !== undefined) return fileKind(inner, context, walk) === "one" ? "many" : undefined;
  const kinds = ["anyOf", "oneOf", "allOf"]
    .flatMap((key) => items(child(resolved, key)))
    .map((branch) => fileKind(branch, context, walk));
  if (kinds.includes("one") && kinds.includes("many")) return "either";
  return kinds.find((kind) => kind !== undefined);
}

function titled({ value }: Place): Draft {
  const description = ownText(value, "description");
  const title = ownText(value, "x-ms-summary") ?? ownText(value, "title");
  return { ...(title ? { title } : {}), ...(description ? { description } : {}) };
}

/** The Encoding Objects of a form (OpenAPI 3.1 §4.8.15). */
function encodingStyles({ encoding }: SourceMedia, kind: "form" | "multipart"): { [name: string]: PartStyle } {
  return Object.fromEntries(
    entries(encoding).flatMap(([name, { value }]): readonly (readonly [string, PartStyle])[] => {
      const style = STYLES.find((known) => known === own(value, "style"));
      const explode = ownBoolean(value, "explode");
      const contentType = ownText(value, "contentType");
      const made: PartStyle = {
        ...(style === undefined || style === "form" ? {} : { style }),
        ...(explode === undefined || explode === (style === undefined || style === "form" || style === "deepObject")
          ? {}
          : { explode }),
        ...(ownBoolean(value, "allowReserved") ? { allowReserved: true } : {}),
        ...(contentType === undefined || (kind === "form" && style !== undefined)
          ? {}
          : { contentType: contentType.split(",")[0] ?? contentType }),
      };
      return Object.keys(made).length === 0 ? [] : [[name, made]];
    }),
  );
}

/** OpenAPI 2.0 `formData` parameters. */
function formOf(fields: readonly Place[], bodyType: BodyType, context: ImportContext): Made {
  const styles: { [name: string]: PartStyle } = {};
  const required: string[] = [];
  const properties = fields.map((place): readonly [string, JsonSchema] => {
    const name = String(own(place.value, "name"));
    if (own(place.value, "required") === true) required.push(name);
    if (own(place.value, "type") === "file") {
      if (bodyType === "multipart") styles[name] = { file: true };
      return [name, { ...titled(place), $ref: context.fileSchema() }];
    }
    const { style, explode } = collectionStyle(place.value, "formData");
    const known = STYLES.find((each) => each === style);
    if (known !== undefined)
      styles[name] = { ...(known === "form" ? {} : { style: known }), ...(explode === undefined ? {} : { explode }) };
    const schema = context.schemas.convert(place, SENT);
    const secret = secretByName(name);
    return [name, secret === undefined || typeof schema !== "object" ? schema : Object.assign(schema, { "x-secret": secret })];
  });
  const schema: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
  };
  return { schema, styles };
}
