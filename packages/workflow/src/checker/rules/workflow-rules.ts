import { connectionMismatch } from "./connection-mismatch.ts";
import { constantCondition } from "./constant-condition.ts";
import { costlyLoop } from "./costly-loop.ts";
import { dataNotAllowed } from "./data-not-allowed.ts";
import { deprecated } from "./deprecated.ts";
import { missingScope } from "./missing-scope.ts";
import { oversized } from "./oversized.ts";
import { regionNotAllowed } from "./region-not-allowed.ts";
import { secretInLiteral } from "./secret-in-literal.ts";
import { shadowedName } from "./shadowed-name.ts";
import { slowRun } from "./slow-run.ts";
import { unboundedWait } from "./unbounded-wait.ts";
import { unsafeRepeat } from "./unsafe-repeat.ts";
import { unusedConnection } from "./unused-connection.ts";
import { unusedOutput } from "./unused-output.ts";
import type { WorkflowRule } from "./workflow-rule.ts";

/** The rules about whole workflows, in the order in which they are told. */
export const workflowRules: readonly WorkflowRule[] = Object.freeze([
  connectionMismatch,
  unusedConnection,
  missingScope,
  regionNotAllowed,
  dataNotAllowed,
  secretInLiteral,
  unsafeRepeat,
  unboundedWait,
  deprecated,
  oversized,
  slowRun,
  costlyLoop,
  constantCondition,
  unusedOutput,
  shadowedName,
]);
