import { IconPlus } from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useCanvas } from "./canvas-context.ts";
import type { Vertex } from "./graph.ts";

/** An open end: a button that adds a step, or a dot where the canvas only shows. */
export const AddNode = memo(function AddNode({ data }: NodeProps) {
  const { t } = useTranslation();
  const { onInsert } = useCanvas();
  const { place } = data.vertex as Extract<Vertex, { kind: "add" }>;
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      {onInsert ? (
        <button
          type="button"
          className="plus"
          aria-label={t("canvas.addAfter", { place: place.after ?? t("canvas.start") })}
          onClick={() => onInsert(place)}
        >
          <IconPlus size={16} aria-hidden />
        </button>
      ) : (
        <span className="end" />
      )}
    </>
  );
});
