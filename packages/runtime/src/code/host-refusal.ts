import { CATALOGUE, type CodeAnswer, isMortiseError, MortiseError } from "@mortise/contract";

/** A refusal whose words may be shown to the code: they hold nothing but what the code said itself. */
export class HostRefusal extends Error {
  readonly error: MortiseError;

  constructor(error: MortiseError) {
    super(error.message, { cause: error });
    this.error = error;
  }
}

/** Refuses what the code asked for, in words for the code. */
export function refusal(
  code: "EGRESS_DENIED" | "INVALID_INPUT" | "LIMIT_EXCEEDED" | "CONFLICT",
  message: string,
  remedy?: string,
) {
  return new HostRefusal(new MortiseError(code, message, remedy === undefined ? {} : { remedy }));
}

/** What the code is told: a code of the catalogue with its own fixed words, never those of an error of the host. */
export function refused(thrown: unknown): { readonly answer: Extract<CodeAnswer, { ok: false }>; readonly error: MortiseError } {
  if (thrown instanceof HostRefusal) {
    const { error } = thrown;
    const remedy = error.data.remedy === CATALOGUE[error.code].remedy ? "" : ` ${error.data.remedy}`;
    return { answer: { ok: false, code: error.code, message: `${error.message}${remedy}` }, error };
  }
  const error = isMortiseError(thrown) ? thrown : new MortiseError("INTERNAL", String(thrown), { cause: thrown });
  const { status } = error.data;
  const { meaning } = CATALOGUE[error.code];
  return { answer: { ok: false, code: error.code, message: meaning, ...(status === undefined ? {} : { status }) }, error };
}
