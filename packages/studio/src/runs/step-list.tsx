import type { Workflow } from "@mortise/workflow";
import { useTranslation } from "react-i18next";
import { findNode, nodeAtPointer } from "../document/node-sets.ts";
import { titleOf } from "../forms/fields.ts";
import { Status } from "../ui/status.tsx";
import { Tile } from "../ui/tile.tsx";
import { formatDuration, type RunState, type StepView } from "./run-state.ts";

/** The steps of a run in the order in which they started, each with its bar on the run's time line. */
export function StepList(props: {
  readonly run: RunState;
  readonly document: Workflow;
  readonly selected: string | undefined;
  readonly onSelect: (step: StepView) => void;
}) {
  const { t } = useTranslation();
  const steps = Object.values(props.run.steps).sort((a, b) => a.startedAtMs - b.startedAtMs);
  if (steps.length === 0)
    return <p className="step-list-empty m-muted">{t(props.run.endedAtMs === undefined ? "run.noSteps" : "run.noneRan")}</p>;
  const start = Math.min(props.run.startedAtMs ?? Number.POSITIVE_INFINITY, ...steps.map((step) => step.startedAtMs));
  const end = Math.max(start + 1, ...steps.map(endOf), props.run.endedAtMs ?? 0);
  return (
    <ul className="step-list" aria-label={t("run.steps")}>
      {steps.map((step) => {
        const name = nodeAtPointer(props.document, step.node) ?? step.path;
        const node = findNode(props.document, name)?.node;
        const left = ((step.startedAtMs - start) / (end - start)) * 100;
        const until = step.status === "running" ? end : endOf(step);
        const width = ((until - step.startedAtMs) / (end - start)) * 100;
        const inside = /\[(\d+)\]/.exec(step.path);
        return (
          <li key={step.path}>
            <button
              type="button"
              className="step-row"
              aria-current={props.selected === step.path || undefined}
              onClick={() => props.onSelect(step)}
            >
              <Tile use={step.use} size={28} />
              <span className="step-row-name m-clip" style={{ paddingInlineStart: (step.path.split("/").length - 1) * 12 }}>
                {node?.title ?? titleOf(name)}
                {inside && <span className="m-meta"> #{Number(inside[1]) + 1}</span>}
              </span>
              <Status status={step.status} />
              <span className="step-row-time m-meta m-number">
                {step.durationMs === undefined ? "" : formatDuration(step.durationMs)}
              </span>
              <span className="waterfall" aria-hidden>
                <span data-status={step.status} style={{ left: `${Math.min(99, left)}%`, width: `max(3px, ${width}%)` }} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function endOf(step: StepView): number {
  return step.durationMs === undefined ? step.atMs : step.startedAtMs + step.durationMs;
}
