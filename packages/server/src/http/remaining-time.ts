import type { FastifyRequest } from "fastify";

/**
 * How long whoever asks still waits, ms: the header `Mortise-Remaining-Ms`, a whole number. A time that is left, and no moment, so that the two
 * clocks need not agree. Undefined: it does not say, or nothing that could be one.
 */
export function remainingTime({ headers }: Pick<FastifyRequest, "headers">): number | undefined {
  const said = headers["mortise-remaining-ms"];
  return typeof said === "string" && /^\d{1,9}$/.test(said) ? Number(said) : undefined;
}
