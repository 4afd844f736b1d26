import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** A connection was granted the scopes that its operations need. A warning: a vendor may count a wider scope for a narrower one. */
export const missingScope: WorkflowRule = {
  code: "SCOPE_MISSING",
  check: ({ calls }) =>
    [...calls.values()].flatMap(({ graph, found: { operation }, connection }) => {
      const granted = connection?.scopes;
      const missing = granted === undefined ? [] : operation.scopes.filter((scope) => !granted.includes(scope));
      if (missing.length === 0) return [];
      const named = missing.map((scope) => `"${scope}"`).join(" and ");
      const message = `${operation.title} needs the scope ${named}, which "${graph.node.connection}" was not granted.`;
      const fix = { title: `Connect "${graph.node.connection}" again and grant ${named}.` };
      return [finding("SCOPE_MISSING", "warning", `${graph.pointer}/connection`, message, fix)];
    }),
};
