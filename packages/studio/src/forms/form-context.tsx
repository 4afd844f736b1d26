import type { Diagnostic, Json, JsonObject, JsonSchema } from "@mortise/contract";
import { createContext, useContext } from "react";
import { columnsOf } from "./columns-of.ts";
import type { ScopeRow } from "./scope-tree.ts";

/** Whom to ask about fields whose choices or shape an operation tells. */
export interface FieldSource {
  /** `connector[@version]/operation` whose input the form holds. */
  readonly operation: string;
  readonly connection?: string;
  /** The whole input as it stands. */
  readonly input: JsonObject;
}

/** What the fields of one form share. */
export interface FormSettings {
  /** Whether values may come from data and expressions; connections and run inputs hold literals only. */
  readonly computed: boolean;
  /** Data that expressions may read; undefined while it is not known. */
  readonly scope?: readonly ScopeRow[];
  /** The same data as one schema, for those who compute with it. */
  readonly scopeSchema?: JsonSchema;
  /** Type of the rows that the form is about, where it is about rows. */
  readonly row?: JsonSchema;
  /** Columns that are named elsewhere, offered beside those that `row` knows. */
  readonly columns?: readonly string[];
  /** Absent: nobody; such fields are like any other. */
  readonly source?: FieldSource;
  /** Problems of the document, by pointer. */
  readonly issues: readonly Diagnostic[];
}

/** Reports a new value; undefined removes it. Changes that carry the same gesture soon after each other are one undo step. */
export type OnChange = (value: Json | undefined, gesture: string) => void;

const Context = createContext<FormSettings>({ computed: false, issues: [] });

export const FormProvider = Context.Provider;

export function useForm(): FormSettings {
  return useContext(Context);
}

/** The columns to offer. */
export function useColumns(): readonly string[] {
  const { row, columns = [] } = useForm();
  return [...new Set([...columnsOf(row), ...columns])];
}
