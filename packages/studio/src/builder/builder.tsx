import { useMediaQuery } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { Json } from "@mortise/contract";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import type { StoredWorkflow } from "../api/types.ts";
import { CanvasProvider } from "../canvas/canvas-context.ts";
import { FlowCanvas } from "../canvas/flow-canvas.tsx";
import { TRIGGER } from "../canvas/graph.ts";
import { insertNode, type Place } from "../document/insert-node.ts";
import { freeName } from "../document/names.ts";
import { nodeAtPointer } from "../document/node-sets.ts";
import { statusesByName } from "../runs/statuses-by-name.ts";
import { useLiveRun } from "../runs/use-run.ts";
import { useBuilder, useBuilderStore } from "./builder-context.ts";
import { Inspector } from "./inspector.tsx";
import { IssuesPanel } from "./issues-panel.tsx";
import { newNode } from "./new-node.ts";
import { Outline } from "./outline.tsx";
import { Toolbar } from "./toolbar.tsx";
import { triggerDetail } from "./trigger-detail.ts";
import { useAutosave } from "./use-autosave.ts";
import { useCatalog } from "./use-catalog.ts";
import { useCheck } from "./use-check.ts";
import { useShortcuts } from "./use-shortcuts.ts";

// What a first look at a workflow does not need is loaded when it is used.
const RunPanel = lazy(async () => ({ default: (await import("../runs/run-panel.tsx")).RunPanel }));
const ConflictDialog = lazy(async () => ({ default: (await import("./conflict-dialog.tsx")).ConflictDialog }));
const RunDialog = lazy(async () => ({ default: (await import("./run-dialog.tsx")).RunDialog }));
const StepPicker = lazy(async () => ({ default: (await import("./step-picker.tsx")).StepPicker }));

/** What a run is started with, and what comes of that. */
interface Start {
  readonly input?: Json;
  readonly simulate: boolean;
}
interface Started {
  readonly runId: string;
  readonly simulated: boolean;
}

type SideView = "outline" | "issues" | null;

/** Toolbar, canvas or outline, inspector and run panel around one document. */
export function Builder(props: {
  readonly stored: StoredWorkflow;
  readonly active: boolean;
  readonly webhookUrl: string | undefined;
  readonly startRun: boolean;
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const document = useBuilder((state) => state.document);
  const selected = useBuilder((state) => state.selected);
  const { edit, select } = store.getState();
  const catalog = useCatalog();
  const saving = useAutosave(props.stored);
  const check = useCheck();
  const narrow = useMediaQuery("(max-width: 900px)") ?? false;
  const [side, setSide] = useState<SideView>(null);
  const [place, setPlace] = useState<Place>();
  const [asking, setAsking] = useState<{ readonly simulate: boolean }>();
  const [started, setStarted] = useState<Started>();
  const run = useLiveRun(started?.runId);

  const start = useMutation({
    mutationFn: async ({ input, simulate }: Start) => {
      if (!(await saving.save())) throw new Error(t("builder.notSaved"));
      const path = `workflows/${encodeURIComponent(props.stored.id)}/runs`;
      return request<Started>(path, { method: "POST", body: { ...(input === undefined ? {} : { input }), simulate } });
    },
    onSuccess: setStarted,
    onError: (error) => notifications.show({ color: "red", title: t("builder.notStarted"), message: error.message }),
  });
  const askOrStart = () => {
    if (start.isPending) return;
    if (needsInput(document.trigger)) setAsking({ simulate: false });
    else start.mutate({ simulate: false });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens with the wish to run.
  useEffect(() => {
    if (props.startRun) askOrStart();
  }, []);

  useShortcuts({
    save: saving.save,
    run: askOrStart,
    toggleOutline: () => setSide((now) => (now === "outline" ? null : "outline")),
    toggleIssues: () => setSide((now) => (now === "issues" ? null : "issues")),
  });

  const issues = useMemo(() => {
    const found: { [name: string]: "error" | "warning" | "info" } = {};
    for (const { path, severity } of check.diagnostics) {
      const name = nodeAtPointer(document, path);
      if (name !== undefined && found[name] !== "error") found[name] = severity;
    }
    return found;
  }, [check.diagnostics, document]);
  const settings = useMemo(
    () => ({
      describe: catalog.describe,
      onInsert: setPlace,
      statuses: run ? statusesByName(run) : {},
      issues,
      triggerUse: document.trigger.use,
      triggerDetail: triggerDetail(document.trigger, t),
    }),
    [catalog.describe, run, issues, document.trigger, t],
  );
  const insert = (use: string) => {
    if (!place) return;
    const name = freeName(document, use);
    edit((before) => insertNode(before, place, name, newNode(use)), { select: name });
    setPlace(undefined);
  };
  const showOutline = narrow || side === "outline";

  return (
    <div className="builder" data-narrow={narrow || undefined}>
      <Toolbar
        stored={props.stored}
        active={props.active}
        saving={saving.state}
        onSave={() => void saving.save()}
        check={check}
        side={side}
        onSide={setSide}
        onRun={askOrStart}
        onTry={() => setAsking({ simulate: true })}
        running={start.isPending || run?.status === "running"}
      />
      <div className="builder-middle">
        {side === "issues" && (
          <IssuesPanel diagnostics={check.diagnostics} checked={check.checked} onClose={() => setSide(null)} />
        )}
        {showOutline && (
          <Outline
            describe={catalog.describe}
            statuses={settings.statuses}
            issues={issues}
            onInsert={setPlace}
            onClose={() => setSide(null)}
          />
        )}
        {!narrow && (
          <section className="builder-canvas" aria-label={t("canvas.label")}>
            <CanvasProvider value={settings}>
              <FlowCanvas document={document} selected={selected} onSelect={select} />
            </CanvasProvider>
          </section>
        )}
        {(!narrow || selected !== null) && (
          <Inspector
            check={check}
            webhookUrl={props.webhookUrl}
            workflowId={props.stored.id}
            describe={catalog.describe}
            run={run}
          />
        )}
      </div>
      <Suspense>
        {run && (
          <RunPanel
            run={run}
            simulated={started?.simulated === true}
            document={document}
            describe={catalog.describe}
            selectedNode={selected === TRIGGER ? undefined : (selected ?? undefined)}
            onSelectNode={select}
            onClose={() => setStarted(undefined)}
          />
        )}
        {place && <StepPicker opened catalog={catalog} onPick={insert} onClose={() => setPlace(undefined)} />}
        {asking && (
          <RunDialog
            document={document}
            simulate={asking.simulate}
            onClose={() => setAsking(undefined)}
            onRun={(input, simulate) => {
              setAsking(undefined);
              start.mutate({ ...(needsInput(document.trigger) ? { input } : {}), simulate });
            }}
          />
        )}
        {saving.state.kind === "conflict" && <ConflictDialog onResolve={saving.resolve} />}
      </Suspense>
    </div>
  );
}

/** A trigger that declares what it needs is asked for it before a run. */
function needsInput(trigger: StoredWorkflow["document"]["trigger"]): boolean {
  const schema = trigger.with?.schema;
  return (
    typeof schema === "object" &&
    schema !== null &&
    !Array.isArray(schema) &&
    Object.keys((schema as { properties?: object }).properties ?? {}).length > 0
  );
}
