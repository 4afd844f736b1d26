import type { WorkflowNode } from "@mortise/workflow";
import { IconAlertTriangleFilled, IconNote } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { titleOf } from "../forms/fields.ts";
import { formatDuration } from "../runs/run-state.ts";
import { Status } from "../ui/status.tsx";
import { Tile } from "../ui/tile.tsx";
import { useCanvas } from "./canvas-context.ts";

/** The face of a step: icon, title, what it does, how it went. */
export function StepCard({
  name,
  node,
  children,
}: {
  readonly name: string;
  readonly node: WorkflowNode;
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { describe, statuses, issues } = useCanvas();
  const info = describe(node.use);
  const status = statuses[name];
  const issue = issues[name];
  const subtitle = info.core ? info.title : `${info.subtitle} · ${info.title}`;
  return (
    <div className="step-face">
      <Tile use={node.use} />
      <div className="step-words">
        <span className="step-title m-clip">{node.title ?? titleOf(name)}</span>
        <span className="m-meta m-clip">{node.disabled ? t("canvas.disabled") : subtitle}</span>
      </div>
      <div className="step-marks">
        {children}
        {node.note && <IconNote size={14} aria-label={t("canvas.hasNote")} />}
        {issue && (
          <span className="step-issue" data-severity={issue}>
            <IconAlertTriangleFilled size={16} aria-hidden />
            <span className="m-hidden">{t(`severity.${issue}`)}</span>
          </span>
        )}
        {status && (
          <span className="step-outcome">
            <Status status={status.status} iconOnly size={18} />
            {status.executions > 1 ? (
              <span className="m-meta m-number">×{status.executions}</span>
            ) : (
              status.durationMs !== undefined && <span className="m-meta m-number">{formatDuration(status.durationMs)}</span>
            )}
          </span>
        )}
      </div>
    </div>
  );
}
