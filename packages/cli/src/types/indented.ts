/**
 * Indents and ends the lines of generated declarations, in one pass: a general formatter takes a minute for a thousand operations. It knows
 * how the generator breaks lines: a brace that stays open ends one, a brace that closes starts one.
 */
export function indented(text: string): string {
  const lines: string[] = [];
  let depth = 0;
  let comment: string[] | undefined;
  let commented = false;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (comment !== undefined) {
      if (line !== "*/") comment.push(line.replace(/^\* ?/, ""));
      else {
        if (depth === 0 && lines.length > 0) lines.push("");
        const written = docComment(comment);
        lines.push(...written.map((each) => "  ".repeat(depth) + each));
        commented = written.length > 0;
        comment = undefined;
      }
    } else if (line === "/**") comment = [];
    else if (line !== "") {
      if (line.startsWith("}")) depth -= 1;
      if (depth === 0 && line.startsWith("export ") && lines.length > 0 && !commented) lines.push("");
      const unended = line.endsWith("{") || (depth === 0 && line === "}");
      lines.push(`${"  ".repeat(depth)}${unwrapped(line)}${unended ? "" : ";"}`);
      if (line.endsWith("{")) depth += 1;
      commented = false;
    }
  }
  return lines.join("\n");
}

/** A name with its `:` or `=`, then parentheses that hold everything; those inside of texts are none. */
const WRAPPED = /^((?:"(?:[^"\\]|\\.)*"|[^":=(]+)\??(?::| =)) \(((?:"(?:[^"\\]|\\.)*"|[^()"])*)\)$/;

/** `= (A | B)` without its parentheses, where they hold everything. */
function unwrapped(line: string): string {
  return line.replace(WRAPPED, "$1 $2");
}

/** One line where the comment has one; `@deprecated` comes last, since what follows a tag belongs to it. */
function docComment(lines: readonly string[]): readonly string[] {
  const deprecated = lines[0] === "@deprecated";
  const told = [...(deprecated ? lines.slice(1) : lines)].map((line) => line.trimEnd());
  while (told.at(-1) === "") told.pop();
  if (deprecated) told.push("@deprecated");
  if (told.length === 0) return [];
  return told.length === 1 ? [`/** ${told[0]} */`] : ["/**", ...told.map((line) => ` * ${line}`.trimEnd()), " */"];
}
