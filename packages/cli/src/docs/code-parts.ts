/** A part of Markdown, and whether all that read it take it for code. */
export interface MarkdownPart {
  readonly text: string;
  readonly isCode: boolean;
}

const FENCE = /^(`{3,})[^`]*$/;

/**
 * Takes Markdown apart into code, which is shown as it is, and the rest. Only what is code beyond doubt counts: fenced blocks that start a
 * line (CommonMark §4.5), closed here where they are not, and spans on one line (§6.1). Backticks that open nothing are escaped, lest they
 * find their end in another line.
 */
export function codeParts(text: string): readonly MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  let fence: { readonly mark: string; readonly lines: string[] } | undefined;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const end = index < lines.length - 1 ? "\n" : "";
    if (fence !== undefined) {
      fence.lines.push(line);
      if (!closes(line, fence.mark)) continue;
      parts.push({ text: fence.lines.join("\n") + end, isCode: true });
      fence = undefined;
    } else {
      const mark = FENCE.exec(line)?.[1];
      if (mark === undefined) parts.push(...codeSpans(line), { text: end, isCode: false });
      else fence = { mark, lines: [line] };
    }
  }
  if (fence !== undefined) parts.push({ text: [...fence.lines, fence.mark].join("\n"), isCode: true });
  return joined(parts);
}

function closes(line: string, mark: string): boolean {
  const end = line.trimEnd();
  return end.startsWith(mark) && new Set(end).size === 1;
}

/** The same for one line, which opens no block. */
export function codeSpans(line: string): readonly MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  let plain = "";
  let at = 0;
  while (at < line.length) {
    if (line[at] === "\\") {
      plain += line.slice(at, at + 2);
      at += 2;
      continue;
    }
    const run = line[at] === "`" ? (/^`+/.exec(line.slice(at))?.[0] ?? "") : "";
    if (run === "") {
      plain += line[at];
      at += 1;
      continue;
    }
    const end = endOfSpan(line, at + run.length, run.length);
    if (end === undefined) plain += "\\`".repeat(run.length);
    else {
      parts.push({ text: plain, isCode: false }, { text: line.slice(at, end), isCode: true });
      plain = "";
    }
    at = end ?? at + run.length;
  }
  return [...parts, { text: plain, isCode: false }];
}

/** Behind the next run of exactly as many backticks. */
function endOfSpan(line: string, from: number, length: number): number | undefined {
  for (const { index, 0: run } of line.slice(from).matchAll(/`+/g)) if (run.length === length) return from + index + length;
  return undefined;
}

/** Neighbours of one kind as one, so that what is looked for in them may go over lines. */
function joined(parts: readonly MarkdownPart[]): readonly MarkdownPart[] {
  const made: MarkdownPart[] = [];
  for (const part of parts) {
    const last = made.at(-1);
    if (last?.isCode === part.isCode) made[made.length - 1] = { text: last.text + part.text, isCode: part.isCode };
    else made.push(part);
  }
  return made;
}
