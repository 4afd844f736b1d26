export { checkContract } from "./check-contract.ts";
export { type CompileOptions, compileSchema, type Validated, type Validator } from "./compile-schema.ts";
export { describeFormat, describeType, describeValue, joinWords } from "./describe-value.ts";
