import type { Json } from "@mortise/contract";
import Type from "typebox";

/** The schemas that several transformers' parameters are made of. */

export const FieldName = (title: string) => Type.String({ title, minLength: 1 });

export const FieldNames = (title: string, help: string) =>
  Type.Array(Type.String({ minLength: 1 }), { title, minItems: 1, "x-help": help });

/** A value that is computed: a literal, `$cel`, `$text` or `$map`; for each record `row` and `index` are in scope. */
export const RowValue = (title: string, help: string) => Type.Unsafe<Json>({ title, "x-help": help });

export const OnFail = Type.Union([Type.Literal("stop"), Type.Literal("null"), Type.Literal("default")], {
  title: "When it fails",
  default: "stop",
  "x-help": "stop: the item fails · null: the field becomes empty · default: it takes the default",
});

/** One of these texts. */
export const Choice = <const Name extends string>(
  names: readonly Name[],
  options: { readonly title: string; readonly default?: Name; readonly "x-help"?: string },
) =>
  Type.Unsafe<Name>(
    Type.Union(
      names.map((name) => Type.Literal(name)),
      options,
    ),
  );
