/** Words that an expression cannot select by, and names of what every object has. */
const RESERVED = new Set(["in", "true", "false", "null", "__proto__", "constructor", "prototype"]);

/**
 * A name as a key of the input: letters, digits and underscores, starting with a letter. One that is so already stays as it is.
 * Undefined where the name has neither letter nor digit.
 */
export function keyOf(name: string): string | undefined {
  const key = /^[A-Za-z][A-Za-z0-9_]*$/.test(name) ? name : joined(name);
  if (key === "") return undefined;
  return RESERVED.has(key) ? `${key}Value` : key;
}

function joined(name: string): string {
  const words = name.split(/[^A-Za-z0-9_]+|^_+/).filter((word) => word !== "");
  const camel = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join("");
  return /^[A-Za-z]/.test(camel) || camel === "" ? camel : `p${camel}`;
}

/** `ID` and `URLs` become `id` and `urls`; `PageSize` becomes `pageSize`. */
const lowerFirst = (word: string): string =>
  /^[A-Z0-9]+s?$/.test(word) ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);
const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
