const PATTERNS: { readonly [format: string]: RegExp } = Object.freeze({
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  ipv4: /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/,
});

const EXAMPLES: { readonly [format: string]: string } = Object.freeze({
  "date-time": "2026-01-31T09:00:00Z",
  date: "2026-01-31",
  time: "09:00:00Z",
  email: "ada@example.com",
  uri: "https://example.com/",
  uuid: "123e4567-e89b-12d3-a456-426614174000",
  ipv4: "192.0.2.1",
});

/** Whether text has a format (JSON Schema 2020-12, validation section 7.3); formats that are not known here hold everything. */
export function hasFormat(text: string, format: string): boolean {
  if (format === "date-time") return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
  if (format === "uri") return /^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text);
  return PATTERNS[format]?.test(text) ?? true;
}

/** A text that has the format, to show people. */
export function formatExample(format: string): string | undefined {
  return EXAMPLES[format];
}
