export type { Change, Level } from "./change.ts";
export { CHANGES, type ChangeId, type ChangeKind, type Mend } from "./change-catalogue.ts";
export { type CompareOptions, type Comparison, compareContracts } from "./compare-contracts.ts";
