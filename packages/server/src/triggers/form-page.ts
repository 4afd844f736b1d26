import { createHash } from "node:crypto";
import type { Json, JsonObject, JsonSchemaObject } from "@mortise/contract";

/** A form that anybody may fill in. */
export interface FormPage {
  readonly title: string;
  readonly text?: string;
  readonly schema: JsonSchemaObject;
  /** What was filled in before, and what is wrong with it. */
  readonly values?: { readonly [field: string]: string };
  readonly problems?: readonly string[];
  /** Of this page alone: the same form sent twice is one event. */
  readonly token: string;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
label{display:block;margin:1.25rem 0 .25rem;font-weight:600}input,select,textarea{font:inherit;width:100%;padding:.5rem;border:1px solid #767676;border-radius:.25rem;box-sizing:border-box}
input[type=checkbox]{width:auto;margin-right:.5rem}small{display:block;color:#555}button{font:inherit;margin-top:1.5rem;padding:.6rem 1.4rem;border:0;border-radius:.25rem;background:#1f5fbf;color:#fff}
[role=alert]{border:1px solid #b00020;border-radius:.25rem;padding:.75rem;margin:1rem 0}:focus-visible{outline:3px solid #7aa7ea;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}input,select,textarea{color:inherit;background:#222}small{color:#bbb}}`;

/** The policy of the page: no script at all, its own style, and it posts to this server alone. */
export const FORM_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page with the form's fields, made from its schema. */
export function formPage({ title, text, schema, values = {}, problems = [], token }: FormPage): string {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    fieldOf(name, typeof field === "object" ? field : {}, values[name], required.has(name)),
  );
  const said = problems.map((problem) => `<li>${escaped(problem)}</li>`).join("");
  return page(
    title,
    `<h1>${escaped(title)}</h1>${text === undefined ? "" : `<p>${escaped(text)}</p>`}
${said === "" ? "" : `<div role="alert"><ul>${said}</ul></div>`}
<form method="post">${fields.join("\n")}
<input type="hidden" name="_form" value="${escaped(token)}">
<button type="submit">Send</button></form>`,
  );
}

/** The page after the form was sent. */
export function thanksPage(title: string, thanks: string): string {
  return page(title, `<h1>${escaped(title)}</h1><p role="status">${escaped(thanks)}</p>`);
}

/** What was filled in, by the types of the schema; a field that was left empty is not there. */
export function formValues(schema: JsonSchemaObject, sent: { readonly [field: string]: string }): JsonObject {
  const entries = Object.entries(schema.properties ?? {}).flatMap(([name, field]): [string, Json][] => {
    const type = typeof field === "object" ? field.type : undefined;
    const given = Object.hasOwn(sent, name) ? sent[name] : undefined;
    if (type === "boolean") return [[name, given === "on" || given === "true"]];
    if (given === undefined || given === "") return [];
    if (type === "number" || type === "integer") {
      const number = Number(given);
      return [[name, Number.isFinite(number) ? number : given]];
    }
    return [[name, given]];
  });
  return Object.fromEntries(entries);
}

function fieldOf(name: string, field: JsonSchemaObject, value: string | undefined, isRequired: boolean): string {
  const id = `f-${escaped(name)}`;
  const { title = name, description, type } = field;
  const common = `id="${id}" name="${escaped(name)}"${isRequired && type !== "boolean" ? " required" : ""}${description === undefined ? "" : ` aria-describedby="${id}-d"`}`;
  const help = description === undefined ? "" : `<small id="${id}-d">${escaped(description)}</small>`;
  const choices = Array.isArray(field.enum) ? (field.enum as readonly Json[]) : undefined;
  const given = value ?? (field.default === undefined ? "" : String(field.default));
  if (type === "boolean")
    return `<label><input type="checkbox" ${common}${given === "on" || given === "true" ? " checked" : ""}>${escaped(title)}</label>${help}`;
  const label = `<label for="${id}">${escaped(title)}${isRequired ? " *" : ""}</label>`;
  if (choices !== undefined) {
    const options = choices.map((choice) => {
      const said = escaped(String(choice));
      return `<option value="${said}"${String(choice) === given ? " selected" : ""}>${said}</option>`;
    });
    return `${label}<select ${common}>${isRequired ? "" : '<option value=""></option>'}${options.join("")}</select>${help}`;
  }
  if (type === "string" && (field.maxLength === undefined || field.maxLength > 200) && field["x-widget"] === "text")
    return `${label}<textarea rows="5" ${common}>${escaped(given)}</textarea>${help}`;
  const step = type === "integer" ? ' step="1"' : type === "number" ? ' step="any"' : "";
  const longest = typeof field.maxLength === "number" ? ` maxlength="${field.maxLength}"` : "";
  return `${label}<input type="${inputOf(field)}"${step}${longest} ${common} value="${escaped(given)}">${help}`;
}

function inputOf({ type, format }: JsonSchemaObject): string {
  if (type === "number" || type === "integer") return "number";
  if (format === "email" || format === "date" || format === "time") return format;
  if (format === "uri") return "url";
  return "text";
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
