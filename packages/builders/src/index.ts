export { parseTimestamp } from "./dates/parse-timestamp.ts";
export { checkDefinition } from "./definitions/check-definition.ts";
export {
  type DefinitionDocument,
  type Definitions,
  type RulesDocument,
  referenceTo,
  type TransformerDocument,
} from "./definitions/definition.ts";
export { RULES_DOCUMENT_SCHEMA, TRANSFORMER_DOCUMENT_SCHEMA } from "./definitions/definition-schema.ts";
export { referencedDefinitions, usedReferences } from "./definitions/used-references.ts";
export {
  type CompiledExpression,
  type CompileExpressionOptions,
  compileExpression,
  type Scope,
  type ScopeSchemas,
} from "./expressions/compile-expression.ts";
export { EXPRESSION_LIMITS, type ExpressionLimits } from "./expressions/expression-limits.ts";
export { expressionFunctions } from "./expressions/functions/function-list.ts";
export { type LinearPattern, linearPattern } from "./expressions/linear-pattern.ts";
export {
  type CompiledRules,
  type CompileRulesOptions,
  compileRules,
  type RejectedRow,
  type RuleMemory,
} from "./rules/compile-rules.ts";
export { rules } from "./rules/rule-list.ts";
export { describeType } from "./schema/describe-type.ts";
export { inferSchema } from "./schema/infer-schema.ts";
export { type Assignability, isAssignable } from "./schema/is-assignable.ts";
export { elementOf, isClosed, type Member, memberNames, memberOf } from "./schema/members.ts";
export { resolveReferences } from "./schema/resolve-references.ts";
export { schemaAt } from "./schema/schema-at.ts";
export { unionOf } from "./schema/union-of.ts";
export type { Transform, Transformer, TransformerContext } from "./transformers/transformer.ts";
export { transformers } from "./transformers/transformer-catalogue.ts";
export { compileValue } from "./values/compile-value.ts";
export type { CompiledValue, CompileValueOptions } from "./values/compiled-value.ts";
export { type ParsedText, parseText, type TextPiece } from "./values/parse-text.ts";
