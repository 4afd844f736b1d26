/** A place that an expression reads: `input.a["b"]` is the path `["a", "b"]` in `input`. */
export interface ValuePath {
  readonly root: string;
  readonly path: readonly string[];
}

const STEP = /^(?:\.\??([A-Za-z_][A-Za-z0-9_]*)|\[\??"((?:[^"\\]|\\.)*)"\]|\[\??'((?:[^'\\]|\\.)*)'\]|\[\??(\d+)\])/;
const OR_VALUE = /^\.orValue\((?:null|true|false|-?\d+(?:\.\d+)?|"[^"\\]*"|'[^'\\]*'|\[\]|\{\})\)$/;

/** The place that an expression reads where it does nothing else, `orValue` with a literal aside. Undefined for any other expression. */
export function valuePath(expression: string): ValuePath | undefined {
  const source = expression.trim();
  const root = /^[A-Za-z_][A-Za-z0-9_]*/.exec(source)?.[0];
  if (root === undefined) return undefined;
  const path: string[] = [];
  let rest = source.slice(root.length);
  while (rest !== "" && !OR_VALUE.test(rest)) {
    const step = STEP.exec(rest);
    if (step === null || /^\.orValue\(/.test(rest) || rest[step[0].length] === "(") return undefined;
    const [whole, name, double, single, index] = step;
    path.push(name ?? unescaped(double ?? single) ?? index ?? "");
    rest = rest.slice(whole.length);
  }
  return { root, path };
}

const unescaped = (text: string | undefined): string | undefined => text?.replaceAll(/\\(.)/g, "$1");
