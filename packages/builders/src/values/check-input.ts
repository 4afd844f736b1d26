import type { Diagnostic, JsonSchema } from "@mortise/contract";
import { describeType } from "../schema/describe-type.ts";
import { ANY_KIND, KIND, kindsOf } from "../schema/kinds.ts";
import { elementOf } from "../schema/members.ts";
import type { Transformer, TransformerInput } from "../transformers/transformer.ts";

const EXPECTED: { readonly [input in TransformerInput]: string } = {
  list: "a list",
  rows: "a list of records",
  records: "a record or a list of records",
};

/** Says where a transformer would fail on what it is given, or may: an `info`. Nothing is said of what nothing is known of. */
export function checkInput({ name, takes }: Transformer, input: JsonSchema, path: string): readonly Diagnostic[] {
  if (takes === undefined) return [];
  const fit = fits(input, takes);
  if (fit === "surely") return [];
  const message = `${name} ${fit === "never" ? "needs" : "may fail: it needs"} ${EXPECTED[takes]}, found ${describeType(input)}`;
  const fix = {
    title: fit === "never" ? "Begin with another value." : "Guard it with a default, or take the others out before.",
  };
  return [
    {
      code: fit === "never" ? "WRONG_TYPE" : "EXPRESSION_FAILED",
      severity: fit === "never" ? "error" : "info",
      path,
      message,
      fix,
    },
  ];
}

type Fit = "surely" | "maybe" | "never";

function fits(input: JsonSchema, takes: TransformerInput): Fit {
  const kinds = kindsOf(input);
  if (kinds === ANY_KIND) return "surely";
  const wanted = takes === "records" ? KIND.array | KIND.object : KIND.array;
  if ((kinds & wanted) === 0) return "never";
  const own: Fit = (kinds & ~wanted) === 0 ? "surely" : "maybe";
  if (takes === "list" || (kinds & KIND.array) === 0) return own;
  const element = kindsOf(elementOf(input));
  // An empty list has elements of no kind.
  if (element === ANY_KIND || element === 0) return own;
  if ((element & KIND.object) === 0) return kinds & wanted & ~KIND.array ? "maybe" : "never";
  return (element & ~KIND.object) === 0 ? own : "maybe";
}
