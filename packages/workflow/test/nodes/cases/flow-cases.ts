import { MortiseError } from "@mortise/contract";
import type { WebhookAnswer, Workflow } from "../../../src/index.ts";
import { ok, poison, World, workflowOf } from "../../support/world.ts";
import { type CasesByNode, inWorld, type NodeCase } from "./node-case.ts";

const write = (n: unknown = 1, more: object = {}) => ({ use: "test/write", with: { n }, ...more });
const fail = (message = "no", more: object = {}) => ({ use: "core/fail", with: { message }, ...more });
const uses = (use: string, params: object, output: string, after: object = {}): Workflow =>
  workflowOf({ x: { use, with: params }, ...after }, { $cel: output });
const failing = (workflow: Workflow, code: string, open?: NodeCase["open"]): NodeCase => ({
  workflow,
  comesTo: { code },
  ...(open && { open }),
});
const coming = (
  workflow: Workflow,
  output: NodeCase["comesTo"] extends infer T ? Extract<T, { output: unknown }>["output"] : never,
  open?: NodeCase["open"],
): NodeCase => ({
  workflow,
  comesTo: { output },
  ...(open && { open }),
});
/** A target that is sick for so many calls. */
const sickFor = (calls: number, code = "TARGET_SICK") => {
  let left = calls;
  return new World({
    "test/write": ({ input }) =>
      left-- > 0
        ? { outcome: "sick", error: { code, message: "not now" }, meta: { attempts: 3, waitMs: 0, durationMs: 1 } }
        : ok(input),
  });
};
const badBranch = () => new World({ "test/write": ({ input, stepPath }) => (stepPath.includes("bad") ? poison() : ok(input)) });

const CHILD = workflowOf({ w: write({ $cel: "trigger.body.n + 1" }) }, { $cel: "steps.w.output.n" });
const BAD_CHILD = workflowOf({ f: fail("inside") });
const SELF = workflowOf({ s: { use: "core/sub-workflow", with: { workflow: "Self@1" } } });
const WAITING_CHILD = workflowOf({ t: { use: "core/wait", with: { for: "40d" } } }, { $cel: "run.id" });
const DOCUMENTS: { readonly [hash: string]: Workflow } = {
  ["a".repeat(64)]: {
    ...CHILD,
    trigger: { use: "manual", with: { schema: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] } } },
  },
  ["b".repeat(64)]: BAD_CHILD,
  ["c".repeat(64)]: SELF,
  ["d".repeat(64)]: WAITING_CHILD,
};
const withWorkflows = (workflow: Workflow) =>
  inWorld(undefined, () => ({
    ports: {
      workflows: {
        get: async (hash) => DOCUMENTS[hash] ?? (hash === "h" ? workflow : undefined),
        find: async (name) => ({ "Child@1": "a", "Bad@1": "b", "Self@1": "c", "Waiting@1": "d" })[name]?.repeat(64),
      },
    },
  }))(workflow);

const ECHO = "return input;";
const withCode = inWorld(undefined, () => ({
  ports: {
    code: {
      run: async ({ source, input }) => {
        if (source !== ECHO) throw new MortiseError("CODE_FAILED", "It threw.");
        return input;
      },
    },
  },
}));
const withAnswers = inWorld(undefined, () => {
  const answers = new Map<string, WebhookAnswer>();
  return {
    ports: {
      answers: {
        answer: async (runId, answer) => {
          if (!answers.has(runId)) answers.set(runId, answer);
          return true;
        },
      },
    },
  };
});

/** Cases of the nodes that steer. */
export const flowCases: CasesByNode = {
  "core/branch": {
    success: coming(
      uses("core/branch", { cases: { yes: { $cel: "1 < 2" } } }, "[steps.y.status, steps.n.status]", {
        y: write(1, { after: ["x.yes"] }),
        n: write(2, { after: ["x.else"] }),
      }),
      ["succeeded", "skipped"],
    ),
    failure: failing(uses("core/branch", { cases: { yes: { $cel: "trigger.body.a.b" } } }, "1"), "EXPRESSION_FAILED"),
  },
  "core/switch": {
    success: coming(
      uses(
        "core/switch",
        { value: "DE", cases: { eu: ["DE", "FR"], us: "US" }, default: "continue" },
        "[steps.a.status, steps.b.status, steps.c.status]",
        {
          a: write(1, { after: ["x.eu"] }),
          b: write(2, { after: ["x.us"] }),
          c: write(3, { after: ["x.default"] }),
        },
      ),
      ["succeeded", "skipped", "skipped"],
    ),
    failure: failing(uses("core/switch", { value: "XX", cases: { eu: "DE" }, default: "fail" }, "1"), "WORKFLOW_FAILED_ITSELF"),
    more: {
      "any other value goes on where it may": coming(
        uses("core/switch", { value: { a: 1, b: 2 }, cases: { eu: "DE" }, default: "continue" }, "steps.x.output.case"),
        "default",
      ),
    },
  },
  "core/for-each": {
    success: coming(
      uses(
        "core/for-each",
        { items: [3, 1, 2], concurrency: 3, nodes: { w: write({ $cel: "item" }) }, collect: { $cel: "steps.w.output.n * 10" } },
        "steps.x.output.results",
      ),
      [30, 10, 20],
    ),
    failure: failing(
      uses("core/for-each", { items: [1, 2], nodes: { w: write(), f: fail("no", { after: ["w"] }) } }, "1"),
      "WORKFLOW_FAILED_ITSELF",
    ),
    more: {
      "per-item errors are listed, and results stay in order, null where one failed": coming(
        uses(
          "core/for-each",
          {
            items: [0, 1, 2, 3],
            concurrency: 2,
            onItemError: "continue",
            nodes: { w: write({ $cel: "60 / item" }) },
            collect: { $cel: "steps.w.output.n" },
          },
          "[steps.x.output.results, [steps.x.output.errors[0].index, steps.x.output.failed]]",
        ),
        [
          [null, 60, 30, 20],
          [0, 1],
        ],
      ),
      "batches are worked on at the same time, in order": coming(
        uses(
          "core/for-each",
          {
            items: [1, 2, 3, 4, 5],
            batch: 2,
            concurrency: 2,
            nodes: { w: write({ $cel: "size(batch)" }) },
            collect: { $cel: "steps.w.output.n" },
          },
          "steps.x.output.results",
        ),
        [2, 2, 1],
      ),
      "a loop of reads that a round breaks": coming(
        uses(
          "core/for-each",
          {
            items: [1, 2, 3, 4],
            nodes: {
              r: { use: "test/read", with: { n: { $cel: "item" } } },
              b: { use: "core/break", after: ["r"], with: { when: { $cel: "item == 2" } } },
            },
            collect: { $cel: "item" },
          },
          "[steps.x.output.results, [steps.x.output.count]]",
        ),
        [[1], [2]],
      ),
    },
  },
  "core/loop": {
    success: coming(
      uses(
        "core/loop",
        {
          times: 3,
          initial: 1,
          nodes: { w: write({ $cel: "state * 2" }) },
          next: { $cel: "steps.w.output.n" },
          collect: { $cel: "index" },
        },
        "[[steps.x.output.state], steps.x.output.results]",
      ),
      [[8], [0, 1, 2]],
    ),
    failure: failing(
      uses("core/loop", { times: 2, nodes: { w: write(), f: fail("no", { after: ["w"] }) } }, "1"),
      "WORKFLOW_FAILED_ITSELF",
    ),
    more: {
      "more rounds than one strand runs": coming(
        uses(
          "core/loop",
          { times: 205, initial: 0, nodes: { w: write({ $cel: "state + 1" }) }, next: { $cel: "steps.w.output.n" } },
          "[steps.x.output.state, steps.x.output.rounds]",
        ),
        [205, 205],
      ),
    },
  },
  "core/while": {
    success: coming(
      uses(
        "core/while",
        {
          condition: { $cel: "state < 10" },
          max: 20,
          initial: 1,
          nodes: { w: write({ $cel: "state * 2" }) },
          next: { $cel: "steps.w.output.n" },
        },
        "[steps.x.output.state, steps.x.output.rounds]",
      ),
      [16, 4],
    ),
    failure: failing(uses("core/while", { condition: true, max: 3, nodes: { w: write() } }, "1"), "LIMIT_EXCEEDED"),
    more: {
      "it stops at its bound where it may": coming(
        uses(
          "core/while",
          { condition: true, max: 3, onMax: "stop", nodes: { w: write() } },
          "[steps.x.output.ended, string(steps.x.output.rounds)]",
        ),
        ["max", "3"],
      ),
    },
  },
  "core/break": {
    success: coming(
      workflowOf(
        {
          x: {
            use: "core/loop",
            with: {
              times: 5,
              nodes: {
                w: write({ $cel: "index" }),
                enough: { use: "core/break", after: ["w"], with: { when: { $cel: "index == 2" } } },
                late: write(9, { after: ["enough"] }),
              },
            },
          },
        },
        { $cel: "[steps.x.output.ended, string(steps.x.output.rounds)]" },
      ),
      ["break", "3"],
    ),
    failure: failing(
      workflowOf({
        x: {
          use: "core/loop",
          with: { times: 2, nodes: { b: { use: "core/break", with: { when: { $cel: "trigger.body.a.b" } } } } },
        },
      }),
      "EXPRESSION_FAILED",
    ),
    more: {
      "the nearest loop ends, the one around it goes on, and finally steps run": coming(
        workflowOf(
          {
            x: {
              use: "core/for-each",
              with: {
                items: [1, 2],
                nodes: {
                  inner: {
                    use: "core/for-each",
                    with: {
                      items: [1, 2, 3],
                      concurrency: 2,
                      nodes: {
                        t: {
                          use: "core/try",
                          with: { nodes: { w: write(), b: { use: "core/break", after: ["w"] } }, finally: { z: write() } },
                        },
                        n: write(1, { after: ["t"] }),
                      },
                    },
                  },
                },
                collect: { $cel: "steps.inner.output.failed" },
              },
            },
          },
          { $cel: "steps.x.output.results" },
        ),
        [0, 0],
      ),
    },
  },
  "core/parallel": {
    success: coming(
      uses(
        "core/parallel",
        {
          branch1: { a: write(1) },
          branch2: { b: write(2), b2: write({ $cel: "steps.b.output.n + 1" }, { after: ["b"] }) },
          results: { branch1: { $cel: "steps.a.output.n" }, branch2: { $cel: "steps.b2.output.n" } },
        },
        "[steps.x.output.results.branch1, steps.x.output.results.branch2, steps.x.output.succeeded]",
      ),
      [1, 3, 2],
    ),
    failure: failing(
      uses("core/parallel", { branch1: { a: write() }, branch2: { bad: write() } }, "1"),
      "CALL_REJECTED",
      inWorld(badBranch),
    ),
    more: {
      "errors are collected": coming(
        uses(
          "core/parallel",
          {
            branch1: { a: write() },
            branch2: { bad: write() },
            onError: "collect",
            results: { branch2: { $cel: "steps.bad.output.n" } },
          },
          "[string(steps.x.output.failed), steps.x.output.errors[0].branch, steps.x.output.errors[0].error.code]",
        ),
        ["1", "branch2", "CALL_REJECTED"],
        inWorld(badBranch),
      ),
      "enough is enough": coming(
        uses(
          "core/parallel",
          { branch1: { a: write() }, branch2: { bad: write() }, branch3: { c: write() }, quorum: 2 },
          "[steps.x.output.succeeded, steps.x.output.failed]",
        ),
        [2, 1],
        inWorld(badBranch),
      ),
      "too few are too few": failing(
        uses("core/parallel", { branch1: { a: write() }, branch2: { bad: write() }, quorum: 2, onError: "collect" }, "1"),
        "WORKFLOW_FAILED_ITSELF",
        inWorld(badBranch),
      ),
      "with the first error no further branch begins": failing(
        uses(
          "core/parallel",
          { branch1: { bad: write() }, branch2: { b: write() }, branch3: { c: write() }, concurrency: 1, onError: "first" },
          "1",
        ),
        "CALL_REJECTED",
        inWorld(badBranch),
      ),
    },
  },
  "core/group": {
    success: coming(
      uses(
        "core/group",
        { nodes: { a: write(1), b: write(2) }, result: { $cel: "steps.a.output.n + steps.b.output.n" } },
        "steps.x.output",
      ),
      3,
    ),
    failure: failing(uses("core/group", { nodes: { bad: write() } }, "1"), "CALL_REJECTED", inWorld(badBranch)),
    more: {
      "a wait of days inside of it": coming(
        uses(
          "core/group",
          { nodes: { a: write(1), t: { use: "core/wait", after: ["a"], with: { for: "2d" } }, b: write(2, { after: ["t"] }) } },
          "steps.x.output",
        ),
        {},
      ),
    },
  },
  "core/try": {
    success: coming(
      uses("core/try", { nodes: { f: fail() }, catch: { c: write() }, finally: { z: write() } }, "steps.x.output.ok"),
      false,
    ),
    failure: failing(
      uses("core/try", { nodes: { w: write(), f: fail("no", { after: ["w"] }) }, finally: { z: write() } }, "1"),
      "WORKFLOW_FAILED_ITSELF",
    ),
  },
  "core/retry": {
    success: coming(
      uses(
        "core/retry",
        {
          on: ["TARGET_SICK"],
          nodes: { a: { use: "test/read", with: { n: 1 } }, w: write(7, { after: ["a"] }) },
          result: { $cel: "steps.w.output.n" },
        },
        "[steps.x.output.attempts, steps.x.output.result]",
      ),
      [3, 7],
      inWorld(() => sickFor(2)),
    ),
    failure: failing(
      uses("core/retry", { on: ["TARGET_SICK"], attempts: 2, nodes: { w: write() } }, "1"),
      "TARGET_SICK",
      inWorld(() => sickFor(9)),
    ),
    more: {
      "an error that it does not name is not tried again": failing(
        uses("core/retry", { on: ["TARGET_SICK"], nodes: { bad: write() } }, "1"),
        "CALL_REJECTED",
        inWorld(badBranch),
      ),
      "an error of the workflow's own is tried again, over days": coming(
        uses(
          "core/retry",
          {
            on: ["NOT_YET"],
            wait: "20h",
            longest: "1d",
            jitter: false,
            nodes: {
              w: write({ $cel: "attempt" }),
              f: { use: "core/branch", after: ["w"], with: { cases: { early: { $cel: "attempt < 3" } } } },
              n: { use: "core/fail", after: ["f.early"], with: { message: "later", code: "NOT_YET" } },
            },
          },
          "steps.x.output.attempts",
        ),
        3,
      ),
    },
  },
  "core/sub-workflow": {
    success: coming(uses("core/sub-workflow", { workflow: "Child@1", input: { n: 4 } }, "steps.x.output"), 5, withWorkflows),
    failure: failing(uses("core/sub-workflow", { workflow: "Bad@1" }, "1"), "WORKFLOW_FAILED_ITSELF", withWorkflows),
    more: {
      "input that the other workflow does not take": failing(
        uses("core/sub-workflow", { workflow: "Child@1", input: { n: "four" } }, "1"),
        "INVALID_INPUT",
        withWorkflows,
      ),
      "a revision that does not exist": failing(
        uses("core/sub-workflow", { workflow: "Nobody@1" }, "1"),
        "WORKFLOW_NOT_FOUND",
        withWorkflows,
      ),
      "a workflow that runs itself ends": failing(
        uses("core/sub-workflow", { workflow: "Self@1" }, "1"),
        "LIMIT_EXCEEDED",
        withWorkflows,
      ),
      "a wait of 40 days inside of the other one, which has a run id of its own": coming(
        uses("core/sub-workflow", { workflow: "d".repeat(64) }, "steps.x.output"),
        "run-1/x",
        withWorkflows,
      ),
    },
  },
  "core/wait": {
    success: coming(uses("core/wait", { for: "2d" }, "steps.x.status"), "succeeded"),
    failure: failing(uses("core/wait", { until: { $cel: "trigger.body.a.b" } }, "1"), "EXPRESSION_FAILED"),
  },
  "core/respond": {
    success: coming(
      uses("core/respond", { status: 201, body: { id: 1 }, headers: { Location: "/things/1" } }, "steps.x.output.sent"),
      true,
      withAnswers,
    ),
    failure: failing(uses("core/respond", { status: { $cel: "99" } }, "1"), "INVALID_VALUE", withAnswers),
    more: {
      "inside of a strand": coming(
        workflowOf({ x: { use: "core/respond", with: { body: "ok" } }, beside: write() }, { $cel: "steps.x.output.sent" }),
        true,
        withAnswers,
      ),
      "a header that would begin another one": failing(
        uses("core/respond", { headers: { "X-Name": { $cel: "'a\\r\\nSet-Cookie: b'" } } }, "1"),
        "INVALID_VALUE",
        withAnswers,
      ),
    },
  },
  "core/stop": {
    success: coming(
      workflowOf(
        { x: { use: "core/stop", with: { output: { early: true } } }, late: write(1, { after: ["x"] }) },
        { $cel: "steps.late.output.n" },
      ),
      { early: true },
    ),
    failure: failing(uses("core/stop", { output: { $cel: "trigger.body.a.b" } }, "1"), "EXPRESSION_FAILED"),
    more: {
      "inside of bodies and strands": coming(
        workflowOf(
          {
            x: {
              use: "core/for-each",
              with: {
                items: [1, 2, 3, 4],
                concurrency: 2,
                nodes: {
                  t: {
                    use: "core/try",
                    with: {
                      nodes: {
                        w: write(),
                        s: { use: "core/stop", after: ["w"], with: { output: { $cel: "item" }, when: { $cel: "item == 1" } } },
                      },
                      catch: {},
                      finally: { z: write() },
                    },
                  },
                },
              },
            },
            late: write(1, { after: ["x"] }),
          },
          { $cel: "steps.late.output.n" },
        ),
        1,
      ),
      "beside others, which end first": coming(
        workflowOf({
          x: { use: "core/group", with: { nodes: { w: write(), s: { use: "core/stop", after: ["w"], with: { output: "s" } } } } },
          b: write(),
          c: write(1, { after: ["b", "x"] }),
        }),
        "s",
      ),
    },
  },
  "core/fail": {
    success: coming(
      workflowOf({ x: { use: "core/fail", with: { message: "no" }, onError: "continue" } }, { $cel: "steps.x.error.message" }),
      "no",
    ),
    failure: failing(uses("core/fail", { message: "no" }, "1"), "WORKFLOW_FAILED_ITSELF"),
  },
  "core/log": {
    success: coming(
      uses("core/log", { message: { $text: "Run ${run.id}" }, level: "warning", data: { a: 1 } }, "steps.x.output"),
      { level: "warning", message: "Run run-1", data: { a: 1 } },
    ),
    failure: failing(uses("core/log", { message: { $cel: "trigger.body.a.b" } }, "1"), "EXPRESSION_FAILED"),
  },
  "core/metric": {
    success: coming(
      uses("core/metric", { name: "orders.created", value: 3, labels: { region: "eu" } }, "steps.x.output.value"),
      3,
    ),
    failure: failing(uses("core/metric", { name: "orders.created", value: { $cel: "-1" } }, "1"), "INVALID_VALUE"),
  },
  "core/code": {
    success: coming(
      uses(
        "core/code",
        {
          source: ECHO,
          input: { n: 1 },
          outputSchema: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
        },
        "steps.x.output.n",
      ),
      1,
      withCode,
    ),
    failure: failing(uses("core/code", { source: "throw 1;", outputSchema: {} }, "1"), "CODE_FAILED", withCode),
    more: {
      "what comes back is checked": failing(
        uses(
          "core/code",
          { source: ECHO, input: { n: "1" }, outputSchema: { type: "object", properties: { n: { type: "integer" } } } },
          "1",
        ),
        "INVALID_OUTPUT",
        withCode,
      ),
      "in a loop it runs inside of one step": coming(
        uses(
          "core/for-each",
          {
            items: [1, 2],
            nodes: {
              c: { use: "core/code", with: { source: ECHO, input: { $cel: "item" }, outputSchema: { type: "integer" } } },
            },
            collect: { $cel: "steps.c.output" },
          },
          "steps.x.output.results",
        ),
        [1, 2],
        withCode,
      ),
      "a deployment without a sandbox": failing(uses("core/code", { source: ECHO, outputSchema: {} }, "1"), "MISCONFIGURED"),
    },
  },
};
