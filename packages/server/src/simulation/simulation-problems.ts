import type { Diagnostic } from "@mortise/contract";
import { type Workflow, walkNodes } from "@mortise/workflow";
import type { Host } from "../host/open-host.ts";
import { isSimulable } from "./simulated-systems.ts";

/** The steps of a workflow that cannot be tried with simulated systems, each with its place. Empty: all can. */
export function simulationProblems({ registry }: Pick<Host, "registry">, { nodes }: Workflow): readonly Diagnostic[] {
  return walkNodes(nodes).flatMap(({ name, node, pointer }) => {
    const found = typeof node.use === "string" && node.use.includes("/") ? registry.operation(node.use) : undefined;
    if (found === undefined || isSimulable(found.operation)) return [];
    const { title } = found.connector.contract;
    const kind = found.operation.native === undefined ? "code of its own" : "a driver of its own";
    return [
      {
        code: "NOT_SIMULATED",
        severity: "error" as const,
        path: `${pointer}/use`,
        message: `"${name}" calls ${title} through ${kind}, which no simulator stands for.`,
        fix: { title: "Run with real systems, or try the workflow without this step." },
      },
    ];
  });
}

/** What a simulated run does without: connections. */
const NEEDLESS: ReadonlySet<string> = new Set(["MISSING_CONNECTION", "CONNECTION_NOT_FOUND"]);

/** Diagnostics that hold for a simulated run too. */
export const withoutConnections = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ code }) => !NEEDLESS.has(code));
