import { inexactNumber, MortiseError, nestsDeeper } from "@mortise/contract";
import type { FastifyInstance } from "fastify";

/** Objects and lists in each other, at most. */
const DEEPEST = 64;

/**
 * Reads JSON bodies (RFC 8259) without `__proto__` and `constructor.prototype`. Nesting is counted before anything is parsed, since
 * whatever walks a value later does so recursively. An empty body is none. Throws `INVALID_JSON` beyond 64 levels, and for a number that a
 * double does not hold: it would come out as another one.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (nestsDeeper(body, DEEPEST)) {
      done(new MortiseError("INVALID_JSON", `The body nests deeper than ${DEEPEST} objects and lists.`), undefined);
      return;
    }
    if (body === "") {
      done(null, undefined);
      return;
    }
    parse(request, body, (error: Error | null, value?: unknown) => {
      const inexact = error === null ? inexactNumber(body) : undefined;
      if (inexact === undefined) done(error, value);
      else
        done(
          new MortiseError("INVALID_JSON", `The number ${inexact.slice(0, 40)} cannot be held exactly; send it as text.`),
          undefined,
        );
    });
  });
}
