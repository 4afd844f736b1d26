import "../builder/builder.css";
import "./runs.css";
import { Button, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { runQuery } from "../api/queries.ts";
import type { StoredRun } from "../api/types.ts";
import { triggerDetail } from "../builder/trigger-detail.ts";
import { useCatalog } from "../builder/use-catalog.ts";
import { CanvasProvider } from "../canvas/canvas-context.ts";
import { FlowCanvas } from "../canvas/flow-canvas.tsx";
import { nodeAtPointer } from "../document/node-sets.ts";
import { Problem } from "../ui/problem.tsx";
import { SimulatedMark } from "../ui/simulated-mark.tsx";
import { Status } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { RepeatFromHere } from "./repeat-dialog.tsx";
import { RunControls } from "./run-controls.tsx";
import { RunData } from "./run-data.tsx";
import { RunStanding } from "./run-standing.tsx";
import { formatDuration } from "./run-state.ts";
import { statusesByName } from "./statuses-by-name.ts";
import { StepDetail } from "./step-detail.tsx";
import { StepList } from "./step-list.tsx";
import { runStateOf, useLiveRun } from "./use-run.ts";

/** One run: the workflow as it was, what each step did, and when. */
export function RunPage() {
  const { id } = useParams({ from: "/runs/$id" });
  const stored = useQuery(runQuery(id));
  if (stored.error) return <Problem error={stored.error} onRetry={() => void stored.refetch()} />;
  if (!stored.data) return <Skeleton height="100%" radius={0} />;
  return <Shown key={id} stored={stored.data} />;
}

function Shown({ stored }: { readonly stored: StoredRun }) {
  const { t } = useTranslation();
  const { document } = stored;
  const { describe } = useCatalog();
  const initial = useMemo(() => runStateOf(stored), [stored]);
  const run = useLiveRun(stored.run.runId, initial, stored.lastEventId) ?? initial;
  const wide = useMediaQuery("(min-width: 901px)") ?? true;
  const [path, setPath] = useState<string>();
  // Events tell of ends, not of pauses.
  const status = stored.run.status === "paused" && run.endedAtMs === undefined ? "paused" : run.status;
  const steps = Object.values(run.steps);
  const shown =
    steps.find((step) => step.path === path) ?? (path === undefined ? steps.find((step) => step.status === "failed") : undefined);
  const selected = shown === undefined ? null : (nodeAtPointer(document, shown.node) ?? null);
  const settings = useMemo(
    () => ({
      describe,
      statuses: statusesByName(run),
      issues: {},
      triggerUse: document.trigger.use,
      triggerDetail: triggerDetail(document.trigger, t),
    }),
    [describe, run, document, t],
  );
  return (
    <div className="run">
      <header className="toolbar">
        <Link to="/runs" className="toolbar-back">
          {t("nav.runs")}
        </Link>
        <h1 className="run-title m-clip">{stored.run.workflowName}</h1>
        <Status status={status} />
        {stored.run.simulated && <SimulatedMark />}
        <span className="m-meta m-number">
          {run.startedAtMs !== undefined && <Ago atMs={run.startedAtMs} />}
          {run.startedAtMs !== undefined &&
            run.endedAtMs !== undefined &&
            ` · ${formatDuration(run.endedAtMs - run.startedAtMs)}`}
          {` · ${t("run.revision", { revision: stored.run.revision })}`}
        </span>
        <span className="toolbar-tools">
          <RunControls runId={run.runId} status={status} />
          <Button
            variant="default"
            renderRoot={(root) => <Link to="/workflows/$id/edit" params={{ id: stored.run.workflowId }} {...root} />}
          >
            {t("run.edit")}
          </Button>
        </span>
      </header>
      {stored.run.simulated && (
        <div className="run-banner" data-simulated role="note">
          <p>{t("run.simulatedHelp")}</p>
        </div>
      )}
      {status === "paused" && (
        <div className="run-banner" data-note role="note">
          <p>{t("runControls.paused")}</p>
        </div>
      )}
      {stored.run.repeats !== undefined && (
        <div className="run-banner" data-note role="note">
          <p>
            <Link to="/runs/$id" params={{ id: stored.run.repeats }}>
              {t("runControls.repeats")}
            </Link>
          </p>
        </div>
      )}
      {(run.status === "running" || run.status === "waiting" || run.status === "failed") && <RunStanding document={document} />}
      {run.error && (
        <div className="run-banner" role="alert">
          <p>{run.error.message}</p>
          {run.error.remedy && <p className="m-meta">{run.error.remedy}</p>}
        </div>
      )}
      <div className="run-body">
        {wide && (
          <section className="run-canvas" aria-label={t("canvas.label")}>
            <CanvasProvider value={settings}>
              <FlowCanvas
                document={document}
                selected={selected}
                onSelect={(name) =>
                  setPath(name === null ? "" : (steps.find((step) => nodeAtPointer(document, step.node) === name)?.path ?? ""))
                }
              />
            </CanvasProvider>
          </section>
        )}
        <div className="run-side">
          <StepList run={run} document={document} selected={shown?.path} onSelect={(step) => setPath(step.path)} />
          <div className="run-detail">
            {shown ? (
              <>
                <StepDetail key={shown.path} step={shown} />
                {run.endedAtMs !== undefined && <RepeatFromHere key={`${shown.path} repeat`} runId={run.runId} step={shown} />}
              </>
            ) : (
              <>
                <h2 className="section-title">{t("run.output")}</h2>
                {run.output === undefined ? <p className="m-muted">{t("run.noOutput")}</p> : <RunData value={run.output} />}
                <h2 className="section-title">{t("run.input")}</h2>
                <RunData value={stored.input ?? null} />
              </>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}
