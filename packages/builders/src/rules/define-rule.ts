import type { Json, JsonSchemaObject } from "@mortise/contract";
import Type, { type Static, type TProperties } from "typebox";
import { fieldOf, isBlank, type Row } from "../transformers/records.ts";
import type { CompiledRule, Rule, RuleContext } from "./rule.ts";

const Common = {
  field: Type.String({ title: "Field", minLength: 1 }),
  message: Type.Optional(
    Type.String({ title: "Message", "x-help": "What is said instead of the rule's own words.", "x-advanced": true }),
  ),
  optional: Type.Optional(
    Type.Boolean({
      title: "May be missing",
      default: false,
      "x-help": "A blank value (missing, null, or text of blanks) is not checked.",
    }),
  ),
};

/** A rule on one field as its file writes it. */
export interface FieldRuleDefinition<Properties extends TProperties> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Its own parameters, next to the common ones. */
  readonly params: Properties;
  /** Compiles it to a check of the field's value, which is not blank. What comes back completes the sentence `"field" …`. */
  readonly compile: (
    params: Static<ReturnType<typeof Type.Object<Properties>>>,
    context: RuleContext,
  ) => (value: Json, row: Row, index: number, memory: Map<string, unknown>) => string | undefined;
}

/** Makes a rule on one field: it knows blanks and names the field. */
export function defineFieldRule<Properties extends TProperties>(definition: FieldRuleDefinition<Properties>): Rule {
  const { name, title, description, params, compile } = definition;
  type Own = Static<ReturnType<typeof Type.Object<Properties>>>;
  return defineRule({
    name,
    title,
    description,
    params: { field: Common.field, ...params, optional: Common.optional, message: Common.message },
    compile: (values, context) => {
      const { field, optional = false } = values as { readonly field: string; readonly optional?: boolean };
      context.checkField(field, "/field");
      const check = compile(values as Own, context);
      return {
        check: (row, index, memory) => {
          const value = fieldOf(row, field);
          if (value === undefined || isBlank(value)) return optional ? undefined : `"${field}" is missing`;
          const reason = check(value, row, index, memory);
          return reason && `"${field}" ${reason}`;
        },
      };
    },
  });
}

/** A rule as its file writes it. */
export interface RuleDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly params: TProperties;
  readonly compile: (params: Json, context: RuleContext) => CompiledRule;
}

/** Makes a rule of its definition. Parameters were checked against the schema before they come here. */
export function defineRule(definition: RuleDefinition): Rule {
  const { name, title, description, params, compile } = definition;
  const schema = Type.Object(
    {
      rule: Type.Literal(name, { title: "Rule" }),
      ...params,
      ...(Object.hasOwn(params, "message") ? {} : { message: Common.message }),
    },
    { title, additionalProperties: false },
  );
  return Object.freeze({ name, title, description, params: schema as JsonSchemaObject, compile });
}
