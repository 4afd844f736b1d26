import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useCanvas } from "./canvas-context.ts";
import type { Vertex } from "./graph.ts";
import { StepCard } from "./step-card.tsx";

/** A plain step on the canvas. */
export const StepNode = memo(function StepNode({ data, selected }: NodeProps) {
  const { statuses } = useCanvas();
  const { name, node } = data.vertex as Extract<Vertex, { kind: "step" }>;
  return (
    <div
      className="step"
      data-selected={selected || undefined}
      data-status={statuses[name]?.status}
      data-disabled={node.disabled || undefined}
    >
      <Ends />
      <StepCard name={name} node={node} />
    </div>
  );
});

/** Where lines end; invisible, as lines are not drawn by hand. */
export function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}
