export { type CheckOptions, checkContract } from "./check-contract.ts";
export { checkSchema } from "./check-schema.ts";
export { type CompileOptions, compileSchema, type Validated, type Validator } from "./compile-schema.ts";
export { fitsSchema } from "./fits-schema.ts";
export { narrowsHost } from "./narrows-host.ts";
export { type PatternMatcher, patternMatcher } from "./pattern-matcher.ts";
export { labelOf } from "./problem.ts";
export { type Found, isOpen, schemaAt } from "./schema-at.ts";
