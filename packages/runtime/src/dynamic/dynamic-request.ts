import type { Json } from "@mortise/contract";
import type { ConnectionRef } from "../runtime.ts";

/** Which field of which operation is asked about, and what is filled in so far. */
export interface FieldsRequest {
  /** `connector[@version]/operation`. */
  readonly operation: string;
  /** JSON pointer into the operation's input schema to the place with `x-options` or `x-fields`, e.g. `/properties/channel`. */
  readonly field: string;
  readonly connection?: ConnectionRef;
  /** The operation's input as far as it is filled in; what the field depends on is read from it. Absent: `{}`. */
  readonly input?: Json;
  readonly tenant?: string;
  readonly signal?: AbortSignal;
  /** Time that whoever asks has left, ms; counts from when it is asked. Absent: that of the source. */
  readonly remainingMs?: number;
}

/** What choices are asked for. */
export interface OptionsRequest extends FieldsRequest {
  /** Absent or empty: all. */
  readonly search?: string;
  /** Go on after this page. Absent or null: from the start. */
  readonly cursor?: Json;
}

/** One choice of a field. */
export interface FieldOption {
  readonly value: Json;
  readonly label: string;
}

/** Some of the choices of a field. */
export interface OptionPage {
  readonly options: readonly FieldOption[];
  /** Cursor after this page; null: nothing follows. */
  readonly next: Json;
}
