export type { Change, Level } from "./change.ts";
export { CHANGES, type ChangeId, type ChangeKind, type Mend } from "./change-catalogue.ts";
export { type CompareOptions, type Comparison, compareContracts } from "./compare-contracts.ts";
export { checkMigrations } from "./migration/check-migrations.ts";
export {
  type MigratedInput,
  type MigrateOptions,
  migrateAuth,
  migrateInput,
  migrateOutput,
  migrateSettings,
} from "./migration/migrate.ts";
export { type MigratedWorkflow, migrateWorkflow } from "./migration/migrate-workflow.ts";
export { migrationChain } from "./migration/migration-chain.ts";
export { type Removed, type Shim, shim } from "./migration/shim.ts";
export type { MigrationValue, ValueCompiler } from "./migration/value-compiler.ts";
export { type Proof, type ProofFailure, type ProofOptions, proveCompatible } from "./proof/prove-compatible.ts";
