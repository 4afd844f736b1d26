import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { slotLabel } from "../document/core-shapes.ts";
import { Tile } from "../ui/tile.tsx";
import { useCanvas } from "./canvas-context.ts";
import type { Vertex } from "./graph.ts";

/** Where a set of steps starts: the trigger, or the head of a container's body. */
export const StartNode = memo(function StartNode({ data, selected }: NodeProps) {
  const { t } = useTranslation();
  const { triggerUse, triggerDetail } = useCanvas();
  const { slot, use } = data.vertex as Extract<Vertex, { kind: "start" }>;
  const end = <Handle type="source" position={Position.Bottom} isConnectable={false} />;
  if (slot !== undefined) {
    return (
      <div className="slot" data-slot={slot}>
        {t(slotLabel(use, slot))}
        {end}
      </div>
    );
  }
  return (
    <div className="step" data-trigger data-selected={selected || undefined}>
      <div className="step-face">
        <Tile use={triggerUse} />
        <div className="step-words">
          <span className="step-title m-clip">
            {t(`trigger.${triggerUse}.title`, { defaultValue: t("trigger.connector.title") })}
          </span>
          <span className="m-meta m-clip">{triggerDetail}</span>
        </div>
      </div>
      {end}
    </div>
  );
});
