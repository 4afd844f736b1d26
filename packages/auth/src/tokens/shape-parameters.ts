/** Parameters of a request by name, before they are written. */
export type Parameters = { readonly [name: string]: string };

interface Shape {
  /** What they are called at the vendor, `null` for those that it refuses. */
  readonly rename: { readonly [parameter: string]: string | null } | undefined;
  /** Whether those that came to nothing are left out. */
  readonly omitEmpty: boolean | undefined;
}

/** Parameters as a vendor wants them. Where two come to the same name the later one stands. */
export function shapeParameters(parameters: Parameters, { rename = {}, omitEmpty = false }: Shape): Parameters {
  const entries = Object.entries(parameters).flatMap(([name, value]) => {
    const called = Object.hasOwn(rename, name) ? rename[name] : name;
    return called === null || called === undefined || (omitEmpty && value === "") ? [] : [[called, value] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * Parameters as a query (RFC 3986 §3.4). Those in `raw` are written as they are, but for what would end them or start another one.
 */
export function queryText(parameters: Parameters, raw: readonly string[] = []): string {
  const pairs = Object.entries(parameters).map(([name, value]) => {
    const written = raw.includes(name)
      ? value.replaceAll(/[&#\s"<>\\^`{|}]|[^\x21-\x7e]+/g, encodeURIComponent)
      : encodeURIComponent(value);
    return `${encodeURIComponent(name)}=${written}`;
  });
  return pairs.join("&");
}

/** Parameters as elements of a `request` (XML 1.0); characters that XML cannot hold are left out. */
export function xmlText(parameters: Parameters): string {
  const elements = Object.entries(parameters).map(([name, value]) => {
    const tag = name.replaceAll(/[^A-Za-z0-9_.-]/g, "_");
    return `<${tag}>${escapeXml(value)}</${tag}>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?><request>${elements.join("")}</request>`;
}

const ENTITIES: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  const clean = text.replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "");
  return clean.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
