import "@xyflow/react/dist/style.css";
import "./canvas.css";
import type { Workflow } from "@mortise/workflow";
import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  MiniMap,
  type Node,
  ReactFlow,
  type ReactFlowInstance,
  useStore,
} from "@xyflow/react";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { AddNode } from "./add-node.tsx";
import { ContainerNode } from "./container-node.tsx";
import { graphOf } from "./graph.ts";
import { type Layout, layoutOf, type PlacedEdge } from "./layout.ts";
import { LineEdge } from "./line-edge.tsx";
import { type Direction, neighbour } from "./neighbour.ts";
import { StartNode } from "./start-node.tsx";
import { StepNode } from "./step-node.tsx";

const NODE_TYPES = { step: StepNode, container: ContainerNode, start: StartNode, add: AddNode };
const EDGE_TYPES = { line: LineEdge };
const DIRECTIONS: { readonly [key: string]: Direction } = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};
const MINIMAP_FROM = 12;
/** Text stays readable; a wider workflow starts at its trigger and is panned. */
const SMALLEST_START = 0.75;

/** A workflow as a graph, top to bottom. Positions are always computed; people change the order, not the coordinates. */
export function FlowCanvas(props: {
  readonly document: Workflow;
  readonly selected: string | null;
  readonly onSelect: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const { document, selected, onSelect } = props;
  const frame = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => layoutOf(graphOf(document)), [document]);
  const nodes = useMemo(() => flowNodes(layout, selected), [layout, selected]);
  const edges = useMemo(() => flowEdges(layout.edges), [layout]);

  const start = useCallback(
    (flow: ReactFlowInstance<Node, Edge<LineData>>) => {
      const size = frame.current?.getBoundingClientRect();
      if (!size) return;
      const zoom = Math.min(1, Math.max(SMALLEST_START, (size.width - 64) / layout.width));
      const overflows = layout.width * zoom > size.width - 48;
      const trigger = layout.vertices[0]?.box;
      const centre = overflows && trigger ? trigger.x + trigger.width / 2 : layout.width / 2;
      void flow.setViewport({ x: size.width / 2 - centre * zoom, y: 32, zoom });
    },
    [layout],
  );

  const walk = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    const from = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id ?? selected;
    if (!direction || !from || event.ctrlKey || event.altKey || event.metaKey) return;
    const to = neighbour(layout, from, direction);
    if (to === undefined) return;
    event.preventDefault();
    onSelect(to);
    frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(to)}"]`)?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys bubble up from the nodes, which have the focus.
    <div className="canvas" ref={frame} onKeyDown={walk}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onInit={start}
        onNodeClick={(_, node) => node.type !== "add" && onSelect(selectable(node.id))}
        onPaneClick={() => onSelect(null)}
        onNodesChange={(changes) => {
          for (const change of changes) if (change.type === "select" && change.selected) onSelect(selectable(change.id));
        }}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable
        elevateNodesOnSelect={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        minZoom={0.2}
        maxZoom={1.5}
        panOnScroll
        zoomOnDoubleClick={false}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("canvas.nodeHelp"),
          "controls.ariaLabel": t("canvas.controls"),
          "controls.zoomIn.ariaLabel": t("canvas.zoomIn"),
          "controls.zoomOut.ariaLabel": t("canvas.zoomOut"),
          "controls.fitView.ariaLabel": t("canvas.fit"),
          "minimap.ariaLabel": t("canvas.map"),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--m-dot)" />
        <Controls showInteractive={false} position="bottom-left" fitViewOptions={{ maxZoom: 1, padding: 0.1 }} />
        {layout.vertices.length > MINIMAP_FROM && <MiniMap pannable zoomable position="bottom-right" className="canvas-map" />}
        <KeepInView id={selected} />
      </ReactFlow>
    </div>
  );
}

/** Slot heads belong to their container. */
function selectable(id: string): string | null {
  return id.startsWith("start:") ? (id.split(":")[1] ?? null) : id;
}

/** Pans just so far that the selected node is in view. */
function KeepInView({ id }: { readonly id: string | null }) {
  const pan = useStore((state) => state.panBy);
  const width = useStore((state) => state.width);
  useEffect(() => {
    if (id === null || width === 0) return;
    const timer = setTimeout(() => {
      const node = window.document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect();
      const frame = window.document.querySelector(".canvas")?.getBoundingClientRect();
      if (!node || !frame) return;
      const head = Math.min(node.height, 80);
      const x = node.left < frame.left ? frame.left - node.left + 24 : Math.min(0, frame.right - node.right - 24);
      const y = node.top < frame.top ? frame.top - node.top + 24 : Math.min(0, frame.bottom - (node.top + head) - 24);
      if (x !== 0 || y !== 0) void pan({ x: node.width > frame.width ? 0 : x, y });
    }, 60);
    return () => clearTimeout(timer);
  }, [id, pan, width]);
  return null;
}

/** What a line carries. */
export type LineData = { readonly placed: PlacedEdge };

function flowNodes(layout: Layout, selected: string | null): Node[] {
  return layout.vertices.map(({ vertex, box, parent }) => ({
    id: vertex.id,
    type: vertex.kind,
    position: { x: box.x, y: box.y },
    width: box.width,
    height: box.height,
    data: { vertex },
    selected: vertex.id === selected,
    draggable: false,
    focusable: vertex.kind !== "add" && !(vertex.kind === "start" && vertex.slot !== undefined),
    selectable: vertex.kind !== "add",
    ...(parent === undefined ? {} : { parentId: parent }),
  }));
}

function flowEdges(edges: readonly PlacedEdge[]): Edge<LineData>[] {
  return edges.map((placed) => ({
    id: placed.edge.id,
    source: placed.edge.source,
    target: placed.edge.target,
    type: "line",
    zIndex: placed.edge.id.split("/with/").length - 1,
    data: { placed },
  }));
}
