import { IconPlus } from "@tabler/icons-react";
import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useCanvas } from "./canvas-context.ts";
import type { LineData } from "./flow-canvas.tsx";

/** A line between two steps, with the name of its outlet and a button that puts a step onto it. */
export const LineEdge = memo(function LineEdge({ data }: EdgeProps) {
  const { t } = useTranslation();
  const { onInsert, statuses } = useCanvas();
  const placed = (data as LineData | undefined)?.placed;
  if (!placed) return null;
  const { edge, path, middle, label } = placed;
  const { place } = edge;
  const reached = statuses[edge.target]?.status;
  const passed = reached !== undefined && reached !== "skipped";
  return (
    <>
      <path d={path} className="line" data-passed={passed || undefined} data-error={edge.onError || undefined} fill="none" />
      <EdgeLabelRenderer>
        {(edge.outlet !== undefined || edge.onError) && (
          <span
            className="outlet"
            data-error={edge.onError || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {edge.onError ? t("canvas.onError") : edge.outlet}
          </span>
        )}
        {onInsert && place && (
          <button
            type="button"
            className="plus plus-line nodrag nopan"
            tabIndex={-1}
            aria-label={t("canvas.addBefore", { before: place.before })}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
            onClick={() => onInsert(place)}
          >
            <IconPlus size={14} aria-hidden />
          </button>
        )}
      </EdgeLabelRenderer>
    </>
  );
});
