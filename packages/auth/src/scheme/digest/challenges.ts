/** One way in that a server offers (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By name in lower case; quoted ones unquoted. */
  readonly params: { readonly [name: string]: string };
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAM = new RegExp(`^\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))\\s*(?:,|$)`);
const SCHEME = new RegExp(`^[\\s,]*(${TOKEN})(?:\\s+|\\s*(?=,|$))`);
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*\s*(?:,|$)/;

/** The challenges of a `WWW-Authenticate` header, in their order. What cannot be read ends the list. */
export function readChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header;
  for (let scheme = SCHEME.exec(rest); scheme !== null; scheme = SCHEME.exec(rest)) {
    rest = rest.slice(scheme[0].length);
    const { params, after } = readParams(rest);
    challenges.push({ scheme: (scheme[1] ?? "").toLowerCase(), params });
    rest = after;
  }
  return challenges;
}

/** Parameters alone, as in `Authentication-Info` (RFC 7615 §3), and what follows them. */
export function readParams(text: string): { readonly params: Challenge["params"]; readonly after: string } {
  const params: { [name: string]: string } = Object.create(null);
  let rest = text;
  for (let param = PARAM.exec(rest); param !== null; param = PARAM.exec(rest)) {
    rest = rest.slice(param[0].length).replace(/^[\s,]+/, "");
    const [, name = "", quoted, token = ""] = param;
    params[name.toLowerCase()] ??= quoted === undefined ? token : quoted.replaceAll(/\\(.)/g, "$1");
  }
  const opaque = Object.keys(params).length === 0 ? TOKEN68.exec(rest) : null;
  return { params, after: opaque === null ? rest : rest.slice(opaque[0].length) };
}
