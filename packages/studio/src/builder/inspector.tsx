import { useLocalStorage } from "@mantine/hooks";
import { type CSSProperties, lazy, type PointerEvent, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Check } from "../api/types.ts";
import { TRIGGER } from "../canvas/graph.ts";
import { findNode } from "../document/node-sets.ts";
import type { RunState } from "../runs/run-state.ts";
import { useBuilder } from "./builder-context.ts";
import type { UseInfo } from "./use-catalog.ts";
import { WorkflowInspector } from "./workflow-inspector.tsx";

const StepInspector = lazy(async () => ({ default: (await import("./step-inspector.tsx")).StepInspector }));
const TriggerInspector = lazy(async () => ({ default: (await import("./trigger-inspector.tsx")).TriggerInspector }));

const MIN = 360;
const MAX = 640;

/** The panel that edits what is selected: a step, the trigger, or the workflow itself. Its width is remembered. */
export function Inspector(props: {
  readonly check: Check;
  readonly webhookUrl: string | undefined;
  readonly workflowId: string;
  readonly describe: (use: string) => UseInfo;
  readonly run: RunState | undefined;
}) {
  const { t } = useTranslation();
  const document = useBuilder((state) => state.document);
  const selected = useBuilder((state) => state.selected);
  const [width, setWidth] = useLocalStorage({ key: "mortise-inspector-width", defaultValue: 420 });
  const located = selected === null || selected === TRIGGER ? undefined : findNode(document, selected);
  const resize = (next: number) => setWidth(Math.min(MAX, Math.max(MIN, Math.round(next))));
  const drag = (event: PointerEvent<HTMLElement>) => {
    const start = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => resize(width + start - moved.clientX);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", move), { once: true });
  };
  return (
    <aside className="inspector" aria-label={t("inspector.label")} style={{ "--inspector-width": `${width}px` } as CSSProperties}>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is no <hr>. */}
      <div
        className="inspector-edge"
        role="separator"
        aria-orientation="vertical"
        aria-label={t("inspector.resize")}
        aria-valuenow={width}
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        tabIndex={0}
        onPointerDown={drag}
        onKeyDown={(event) => {
          if (event.key === "ArrowLeft") resize(width + 20);
          if (event.key === "ArrowRight") resize(width - 20);
        }}
      />
      <Suspense>
        {located ? (
          <StepInspector key={located.pointer} located={located} {...props} />
        ) : selected === TRIGGER ? (
          <TriggerInspector check={props.check} webhookUrl={props.webhookUrl} workflowId={props.workflowId} />
        ) : (
          <WorkflowInspector check={props.check} />
        )}
      </Suspense>
    </aside>
  );
}
