import { compileValue } from "@mortise/builders";
import { isMortiseError, type Json } from "@mortise/contract";

/** One use of a transformer and what comes of it: a value, or the code and the words of an error. */
export interface TransformerCase {
  readonly transformer: string;
  readonly from: Json;
  readonly params: Json;
  readonly gives?: Json;
  readonly fails?: string;
  readonly message?: string;
}

/** What a case makes here; runs alike in Node and in a page. */
export function runTransformerCase({ transformer, from, params }: TransformerCase): TransformerCase {
  const use = { transformer, from, params };
  try {
    const compiled = compileValue({ $map: [{ from: { $cel: "data" } }, { [transformer]: params }] });
    return { ...use, gives: compiled.evaluate({ data: from }) };
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    return { ...use, fails: error.code, message: error.message };
  }
}
