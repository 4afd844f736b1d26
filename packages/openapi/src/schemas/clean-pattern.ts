/** Escapes that JSON Schema's unicode mode knows (ECMA-262 §22.2.1); others stand for the character itself in older dialects. */
const NEEDLESS_ESCAPE = /\\([^^$\\.*+?()[\]{}|/dDwWsSbBtnvfrcxukpP0-9-])/gu;

/**
 * A regular expression as ECMA-262 in unicode mode reads it, which is how JSON Schema patterns are read. Needless escapes, anchors of
 * other dialects and enclosing slashes are mended. Undefined where it is none.
 */
export function cleanPattern(pattern: string): string | undefined {
  if (isPattern(pattern) && !/^\/\^.*\$\/$/.test(pattern)) return pattern;
  const unwrapped = /^\/(\^?.*\$?)\/$/s.exec(pattern)?.[1] ?? pattern;
  const anchored = unwrapped.replace(/^\\A/, "^").replace(/\\[zZ]$/, "$");
  const mended = anchored.replaceAll(NEEDLESS_ESCAPE, "$1");
  const spared = mended.replaceAll(/\\-/g, "-");
  return [anchored, mended, spared].find((candidate) => candidate !== "" && isPattern(candidate));
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
