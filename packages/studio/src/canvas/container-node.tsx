import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useCanvas } from "./canvas-context.ts";
import type { Vertex } from "./graph.ts";
import { StepCard } from "./step-card.tsx";
import { Ends } from "./step-node.tsx";

/** A step that holds other steps, drawn around them; a loop shows how far it is. */
export const ContainerNode = memo(function ContainerNode({ data, selected }: NodeProps) {
  const { t, i18n } = useTranslation();
  const { statuses } = useCanvas();
  const { name, node } = data.vertex as Extract<Vertex, { kind: "container" }>;
  const progress = statuses[name]?.progress;
  const count = new Intl.NumberFormat(i18n.language);
  const done = progress ? Math.max(progress.items, progress.done) : 0;
  return (
    <div
      className="container"
      data-selected={selected || undefined}
      data-status={statuses[name]?.status}
      data-disabled={node.disabled || undefined}
    >
      <Ends />
      <div className="container-head">
        <StepCard name={name} node={node}>
          {progress && (
            <span className="loop m-number" title={t("canvas.loopTitle")}>
              {t("canvas.loopDone", { count: done, done: count.format(done) })}
              {progress.failed > 0 && (
                <span className="loop-failed">{t("canvas.loopFailed", { failed: count.format(progress.failed) })}</span>
              )}
            </span>
          )}
        </StepCard>
        {progress?.total !== undefined && progress.total > 0 && (
          <span className="loop-bar">
            <span style={{ width: `${Math.min(100, (progress.done / progress.total) * 100)}%` }} />
          </span>
        )}
      </div>
    </div>
  );
});
