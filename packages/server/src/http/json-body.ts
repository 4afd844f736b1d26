import { inexactNumber, MortiseError, nestsDeeper } from "@mortise/contract";
import type { FastifyInstance } from "fastify";

/** Objects and lists in each other, at most. */
const DEEPEST = 64;

/**
 * Reads a JSON text (RFC 8259) without `__proto__` and `constructor.prototype`. Nesting is counted before anything is parsed, since whatever
 * walks a value later does so recursively. An empty text is nothing. Throws `INVALID_JSON` beyond 64 levels, and for a number that a double
 * does not hold: it would come out as another one.
 */
export type ReadJson = (text: string) => unknown;

/** Reads JSON as the application does. */
export function jsonReader(app: FastifyInstance): ReadJson {
  const parse = app.getDefaultJsonParser("error", "error");
  return (body) => {
    if (nestsDeeper(body, DEEPEST))
      throw new MortiseError("INVALID_JSON", `The body nests deeper than ${DEEPEST} objects and lists.`);
    if (body === "") return undefined;
    let read: { readonly error: Error | null; readonly value: unknown } | undefined;
    // It answers at once.
    void parse(undefined as never, body, (error: Error | null, value?: unknown) => {
      read = { error, value };
    });
    if (read?.error) throw read.error;
    const inexact = inexactNumber(body);
    if (inexact !== undefined)
      throw new MortiseError("INVALID_JSON", `The number ${inexact.slice(0, 40)} cannot be held exactly; send it as text.`);
    return read?.value;
  };
}

/** Makes the application read all JSON bodies like that. */
export function readJsonBodies(app: FastifyInstance): void {
  const read = jsonReader(app);
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, async (_request: unknown, body: string) =>
    read(body),
  );
}
