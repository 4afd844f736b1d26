/** A page of parts with a blank line between them; empty parts are left out. Its first line says how to make it anew. */
export function page(title: string, parts: readonly string[]): string {
  return `${["<!-- Made by: npm run docs -->", `# ${title}`, ...parts].filter((part) => part !== "").join("\n\n")}\n`;
}

/** Data as a fenced block, one entry a line where it is short enough. */
export function jsonBlock(value: unknown): string {
  return `\`\`\`json\n${readable(value, "")}\n\`\`\``;
}

const WIDTH = 110;

/** JSON that keeps a small object or list on one line. */
function readable(value: unknown, indent: string): string {
  const line = oneLine(value);
  if (indent.length + line.length <= WIDTH || typeof value !== "object" || value === null) return line;
  const deeper = `${indent}  `;
  const list = Array.isArray(value);
  const parts = list
    ? value.map((each) => `${deeper}${readable(each, deeper)}`)
    : Object.entries(value).map(([key, each]) => `${deeper}${JSON.stringify(key)}: ${readable(each, deeper)}`);
  return list ? `[\n${parts.join(",\n")}\n${indent}]` : `{\n${parts.join(",\n")}\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
