import "./runs.css";
import { ActionIcon, Button } from "@mantine/core";
import type { Workflow } from "@mortise/workflow";
import { IconChevronDown, IconChevronUp, IconExternalLink, IconPlayerStop, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import type { UseInfo } from "../builder/use-catalog.ts";
import { nodeAtPointer } from "../document/node-sets.ts";
import { SimulatedMark } from "../ui/simulated-mark.tsx";
import { Status } from "../ui/status.tsx";
import { RunData } from "./run-data.tsx";
import { formatDuration, type RunState } from "./run-state.ts";
import { StepDetail } from "./step-detail.tsx";
import { StepList } from "./step-list.tsx";

/** The run below the canvas: its steps on the left, the chosen one on the right. */
export function RunPanel(props: {
  readonly run: RunState;
  /** Its systems were simulated. */
  readonly simulated: boolean;
  readonly document: Workflow;
  readonly describe: (use: string) => UseInfo;
  readonly selectedNode: string | undefined;
  readonly onSelectNode: (name: string | null) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { run, document } = props;
  const [open, setOpen] = useState(true);
  const [picked, setPicked] = useState<string>();
  const steps = Object.values(run.steps);
  const ofNode = steps.filter((step) => nodeAtPointer(document, step.node) === props.selectedNode);
  const failed = steps.find((step) => step.status === "failed");
  const shown = ofNode.find((step) => step.path === picked) ?? ofNode[0] ?? steps.find((step) => step.path === picked) ?? failed;
  return (
    <section className="run-panel" aria-label={t("run.panel")} data-open={open || undefined}>
      <header className="run-panel-head">
        <Status status={run.status} />
        {props.simulated && <SimulatedMark />}
        <span className="m-meta m-number">
          {run.startedAtMs !== undefined && run.endedAtMs !== undefined && formatDuration(run.endedAtMs - run.startedAtMs)}
        </span>
        {run.error && <span className="run-error m-clip">{run.error.message}</span>}
        <span className="run-panel-tools">
          {run.status === "running" && <CancelButton runId={run.runId} />}
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            rightSection={<IconExternalLink size={14} />}
            renderRoot={(root) => <Link to="/runs/$id" params={{ id: run.runId }} {...root} />}
          >
            {t("run.open")}
          </Button>
          <ActionIcon aria-label={t(open ? "run.fold" : "run.unfold")} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
          </ActionIcon>
          <ActionIcon aria-label={t("common.close")} onClick={props.onClose}>
            <IconX size={18} />
          </ActionIcon>
        </span>
      </header>
      {open && (
        <div className="run-panel-body">
          <StepList
            run={run}
            document={document}
            selected={shown?.path}
            onSelect={(step) => {
              setPicked(step.path);
              props.onSelectNode(nodeAtPointer(document, step.node) ?? null);
            }}
          />
          <div className="run-panel-detail">{shown ? <StepDetail key={shown.path} step={shown} /> : <RunResult run={run} />}</div>
        </div>
      )}
    </section>
  );
}

/** Stops a run that is going on. */
export function CancelButton({ runId }: { readonly runId: string }) {
  const { t } = useTranslation();
  const cancel = useMutation({
    mutationFn: () => request(`runs/${encodeURIComponent(runId)}/cancel`, { method: "POST", body: {} }),
  });
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconPlayerStop size={14} />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate()}
    >
      {t("run.cancel")}
    </Button>
  );
}

/** What the run came to, while no step is chosen. */
function RunResult({ run }: { readonly run: RunState }) {
  const { t } = useTranslation();
  if (run.status === "running" || run.status === "waiting") return <p className="m-muted">{t("run.watch")}</p>;
  return (
    <>
      <h3 className="section-title">{t("run.output")}</h3>
      <RunData value={run.output ?? null} />
    </>
  );
}
