/** A value that may be absent inside an expression (`a.?b`, CEL optional types). */
export class Optional {
  /** Undefined where absent. */
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** The absent value. */
export const ABSENT = new Optional(undefined);
