import { MortiseError } from "@mortise/contract";
import type { FastifyInstance } from "fastify";

/** Objects and lists in each other, at most. */
const DEEPEST = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads JSON bodies (RFC 8259) without `__proto__` and `constructor.prototype`. Nesting is counted before anything is parsed, since
 * whatever walks a value later does so recursively. An empty body is none. Throws `INVALID_JSON` beyond 64 levels.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (isDeeper(body, DEEPEST)) {
      done(new MortiseError("INVALID_JSON", `The body nests deeper than ${DEEPEST} objects and lists.`), undefined);
      return;
    }
    if (body === "") done(null, undefined);
    else parse(request, body, done);
  });
}

function isDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    // "[" 5b, "{" 7b; "]" 5d, "}" 7d
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > most) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** Where the text that opens here closes; what breaks JSON is the parser's to say. */
function endOfText(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
