/** Text of a contract as Markdown of a page: its own headings become bold lines, markup of HTML is shown instead of read. */
export function prose(text: string): string {
  return outsideOfCode(text.trim(), (plain) => plain.replace(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm, "**$1**").replaceAll("<", "&lt;"));
}

/** The same on one line, for a cell of a table or an entry of a list. */
export function cell(text: string): string {
  return prose(text.replace(/\s+/g, " ")).replaceAll("|", "\\|");
}

/** First sentence, at most 200 characters. */
export function firstSentence(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  const sentence = /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
  return sentence.length > 200 ? `${sentence.slice(0, 199).trimEnd()}…` : sentence;
}

/** A code span (CommonMark §6.1) of any text: its fence is longer than every run of backticks inside. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
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

function outsideOfCode(text: string, change: (plain: string) => string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
}
