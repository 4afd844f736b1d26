/**
 * Why an evaluation stopped; turned into a MortiseError at the edge of the expression. `limit` is never absorbed by `||`, `&&`
 * and the quantifiers, `failed` is (CEL language definition, "Logical operators").
 */
export class ExpressionFailure extends Error {
  override readonly name = "ExpressionFailure";
  readonly kind: "failed" | "limit";
  /** Offset in the source; undefined where only the function is known. */
  readonly at: number | undefined;

  constructor(message: string, at?: number, kind: "failed" | "limit" = "failed") {
    super(message);
    this.kind = kind;
    this.at = at;
  }
}
