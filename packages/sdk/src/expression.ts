declare const result: unique symbol;

/** An expression in CEL whose result has type `T`; as data it is `{"$cel": "…"}`. */
export interface Expression<T = unknown> {
  readonly $cel: string;
  /** Only for the compiler; never there at run time. */
  readonly [result]?: T;
}

/** A text with `${CEL}` holes; as data it is `{"$text": "…"}`. */
export interface TextTemplate {
  readonly $text: string;
}

/** An expression that the recorder cannot write: arithmetic, conditions, macros. Sees the same names as the place it stands in. */
export function cel<T = unknown>(expression: string): Expression<T> {
  return Object.freeze({ $cel: expression });
}
