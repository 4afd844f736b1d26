import type { JsonSchema } from "@mortise/contract";

/** What a setting most often is: its default, its first choice, else its name. */
export function usualValue(name: string, schema: JsonSchema | undefined): string {
  const usual = typeof schema === "object" ? schema.default : undefined;
  return typeof usual === "string" ? usual : (choicesOf(schema)[0] ?? name);
}

/** The texts that a setting may be; empty: any. */
export function choicesOf(schema: JsonSchema | undefined): readonly string[] {
  const { enum: choices, anyOf } = typeof schema === "object" ? schema : {};
  const consts = (anyOf ?? []).flatMap((each) =>
    typeof each === "object" && typeof each.const === "string" ? [each.const] : [],
  );
  return (choices ?? consts).filter((each): each is string => typeof each === "string");
}
