export { type RecordedTest, recordTest } from "./record-test.ts";
export { type RunTestOptions, runWorkflowTest, type TestFault, type TestResult } from "./run-workflow-test.ts";
export {
  type Expectation,
  type Mock,
  WORKFLOW_TEST_SCHEMA,
  type WorkflowTest,
  type WorkflowTestFile,
} from "./workflow-test.ts";
