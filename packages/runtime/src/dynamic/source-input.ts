import { compileValue } from "@mortise/builders";
import { getPointer, type Json, joinPointer, MortiseError, type Value } from "@mortise/contract";

/** What the input of a source may be made of. */
export interface SourceScope {
  readonly input: Json;
  readonly settings: Json;
  /** Text that is searched for; `""`: none. */
  readonly search: string;
}

/** The input that a source's operation is called with. */
export interface SourceInput {
  readonly value: Json;
  /** The error to report where the source refuses that input: a field it depends on has no value. Undefined: all have one. */
  readonly missing: MortiseError | undefined;
}

const NOTHING: Value = Object.freeze({});

/** Works out the input of a source. Throws `INVALID_INPUT` that names the field where one it depends on has no value. */
export function sourceInput(given: Value | undefined, scope: SourceScope, title: string): SourceInput {
  const { evaluate, reads } = compileValue(given ?? NOTHING);
  const missing = missingField(reads, scope.input, title);
  try {
    return { value: evaluate({ ...scope }), missing };
  } catch (error) {
    throw missing ?? error;
  }
}

function missingField(reads: readonly (readonly string[])[], input: Json, title: string): MortiseError | undefined {
  for (const [variable, ...path] of reads) {
    const place = path.includes("*") ? path.slice(0, path.indexOf("*")) : path;
    if (variable !== "input" || place.length === 0) continue;
    const pointer = joinPointer(...place);
    const found = getPointer(input, pointer);
    if (found !== undefined && found !== null && found !== "") continue;
    const name = place.join(".");
    return new MortiseError("INVALID_INPUT", `"${title}" depends on "${name}", which has no value yet.`, {
      path: pointer,
      remedy: `Fill in "${name}" first.`,
    });
  }
  return undefined;
}
