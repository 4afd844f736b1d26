import type { Context } from "@opentelemetry/api";

/**
 * A context that holds one value more than the one above it. The one of `@opentelemetry/api` copies all values for each; a call makes several.
 */
class LinkedContext implements Context {
  readonly #above: Context;
  readonly #key: symbol;
  readonly #value: unknown;

  constructor(above: Context, key: symbol, value: unknown) {
    this.#above = above;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#above.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new LinkedContext(this, key, undefined);
  }
}

const NO_KEY = Symbol("mortise.no_key");

/** A context with the same values, to which adding one is cheap. */
export function linkedContext(context: Context): Context {
  return context instanceof LinkedContext ? context : new LinkedContext(context, NO_KEY, undefined);
}
