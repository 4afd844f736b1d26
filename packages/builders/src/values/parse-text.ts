/** A piece of a `$text`: text as it is, or the source of a hole. */
export type TextPiece = { readonly text: string } | { readonly source: string; readonly at: number };

/** The pieces, or the offset of a hole that is never closed. */
export type ParsedText = { readonly pieces: readonly TextPiece[] } | { readonly unclosedAt: number };

/** Splits `Hello ${name}` into text and holes. `$${` stands for `${`; braces and quotes inside of a hole are its own. */
export function parseText(template: string): ParsedText {
  const pieces: TextPiece[] = [];
  let text = "";
  let at = 0;
  while (at < template.length) {
    if (template.startsWith("$${", at)) {
      text += "${";
      at += 3;
    } else if (template.startsWith("${", at)) {
      const end = endOfHole(template, at + 2);
      if (end === undefined) return { unclosedAt: at };
      if (text !== "") pieces.push({ text });
      text = "";
      pieces.push({ source: template.slice(at + 2, end), at: at + 2 });
      at = end + 1;
    } else {
      text += template[at++];
    }
  }
  if (text !== "") pieces.push({ text });
  return { pieces };
}

/** Offset of the `}` that closes the hole which starts at `at`. */
function endOfHole(template: string, at: number): number | undefined {
  let depth = 0;
  for (let i = at; i < template.length; i++) {
    const char = template[i];
    if (char === "{") depth++;
    else if (char === "}" && depth-- === 0) return i;
    else if (char === '"' || char === "'") {
      const end = endOfQuote(template, i, char);
      if (end === undefined) return undefined;
      i = end;
    }
  }
  return undefined;
}

/** Offset of the last character of the CEL string, short or triple, that starts at `at`. */
function endOfQuote(template: string, at: number, quote: string): number | undefined {
  const closing = template.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let i = at + closing.length; i < template.length; i++) {
    if (template[i] === "\\") i++;
    else if (template.startsWith(closing, i)) return i + closing.length - 1;
  }
  return undefined;
}
