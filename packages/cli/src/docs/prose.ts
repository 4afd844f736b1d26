import { codeParts, codeSpans, type MarkdownPart } from "./code-parts.ts";

/**
 * Text of a contract as Markdown of a page: its own headings become bold lines, markup of HTML is shown instead of read, and links lead to
 * pages and mail addresses only. A contract may come from anybody.
 */
export function prose(text: string): string {
  return shown(codeParts(visible(text.trim().replaceAll(/\r\n?/g, "\n"))));
}

/** The same on one line, for a heading or an entry of a list. */
export function inline(text: string): string {
  return shown(codeSpans(visible(text.trim().replace(/\s+/g, " "))));
}

/** The same for a cell of a table. */
export function cell(text: string): string {
  return inline(text).replaceAll("|", "\\|");
}

/** A code span (CommonMark §6.1) of any text: its fence is longer than every run of backticks inside. */
export function code(text: string): string {
  const line = visible(text.replace(/\s+/g, " ")) || " ";
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The same in a cell of a table. */
export function cellCode(text: string): string {
  return code(text).replaceAll("|", "\\|");
}

/** A link to a page of the web; any other address is only shown. */
export function webLink(title: string, url: string): string {
  return /^https?:\/\/[^\s()<>\\`]+$/i.test(url) ? `[${title}](${url})` : `${title}: ${code(url)}`;
}

/** A fenced block; the fence is longer than every run of backticks inside. */
export function block(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A table of GitHub's Markdown; empty without rows. Cells are as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)];
  return lines.join("\n");
}

/** Parts of a page with a blank line between them; empty parts are left out. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Where a link or a definition of one leads: whatever has a scheme that is none of the web or mail, also one that is spelled with entities. */
const LINK_ELSEWHERE = /\](?=\(\s*(?!<?(?:https?:|mailto:))[^\s)/?#]*[:&\\])/gi;
const DEFINED_ELSEWHERE = /\](?=:\s*(?!<?(?:https?:|mailto:))[^\s/?#]*[:&\\])/gi;

function shown(parts: readonly MarkdownPart[]): string {
  return parts.map(({ text, isCode }) => (isCode ? text : plain(text))).join("");
}

function plain(text: string): string {
  return text
    .replace(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm, "**$1**")
    .replaceAll("<", "&lt;")
    .replaceAll(/~{3,}/g, (run) => "\\~".repeat(run.length))
    .replace(LINK_ELSEWHERE, "\\]")
    .replace(DEFINED_ELSEWHERE, "\\]");
}

/** Without characters that steer a terminal or change the direction of text (Unicode UAX #9), which hide what a page says. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
