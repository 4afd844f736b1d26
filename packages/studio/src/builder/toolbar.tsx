import { ActionIcon, Button, Switch, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronRight,
  IconCircleCheck,
  IconFlask,
  IconListTree,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import type { Check, StoredWorkflow } from "../api/types.ts";
import { useBuilder, useBuilderStore, useHistory } from "./builder-context.ts";
import type { SaveState } from "./use-autosave.ts";

/** Name, saving, history, checks, activation and the run button. */
export function Toolbar(props: {
  readonly stored: StoredWorkflow;
  readonly active: boolean;
  readonly saving: SaveState;
  readonly onSave: () => void;
  readonly check: Check & { readonly checked: boolean };
  readonly side: "outline" | "issues" | null;
  readonly onSide: (side: "outline" | "issues" | null) => void;
  readonly onRun: () => void;
  /** Runs with simulated systems. */
  readonly onTry: () => void;
  readonly running: boolean;
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const name = useBuilder((state) => state.document.name);
  const trigger = useBuilder((state) => state.document.trigger.use);
  const history = useHistory();
  const errors = props.check.diagnostics.filter(({ severity }) => severity === "error").length;
  const count = props.check.diagnostics.length;
  const toggle = (side: "outline" | "issues") => props.onSide(props.side === side ? null : side);
  return (
    <header className="toolbar">
      <Link to="/workflows" className="toolbar-back wide-only">
        {t("nav.workflows")}
      </Link>
      <IconChevronRight size={14} aria-hidden className="m-muted wide-only" />
      <h1 className="toolbar-title">
        <input
          aria-label={t("builder.name")}
          value={name}
          onChange={(event) => {
            const next = event.currentTarget.value;
            store.getState().edit((document) => ({ ...document, name: next }), { gesture: "name" });
          }}
        />
      </h1>
      <SaveMark state={props.saving} onSave={props.onSave} />
      <div className="toolbar-tools">
        <Tooltip label={`${t("builder.undo")} · Ctrl+Z`}>
          <ActionIcon aria-label={t("builder.undo")} disabled={!history.canUndo} onClick={history.undo}>
            <IconArrowBackUp size={18} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${t("builder.redo")} · Ctrl+Shift+Z`}>
          <ActionIcon aria-label={t("builder.redo")} disabled={!history.canRedo} onClick={history.redo}>
            <IconArrowForwardUp size={18} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${t("builder.outline")} · O`}>
          <ActionIcon
            className="wide-only"
            aria-label={t("builder.outline")}
            aria-pressed={props.side === "outline"}
            variant={props.side === "outline" ? "light" : "subtle"}
            color={props.side === "outline" ? "indigo" : "gray"}
            onClick={() => toggle("outline")}
          >
            <IconListTree size={18} />
          </ActionIcon>
        </Tooltip>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-pressed={props.side === "issues"}
          leftSection={
            count === 0 ? (
              <IconCircleCheck size={16} className="mark-ok" />
            ) : (
              <IconAlertTriangle size={16} className={errors > 0 ? "mark-error" : "mark-warning"} />
            )
          }
          onClick={() => toggle("issues")}
        >
          {count === 0 ? t(props.check.checked ? "issues.none" : "issues.checking") : t("issues.count", { count })}
        </Button>
        {trigger !== "manual" && <Activation id={props.stored.id} active={props.active} />}
        <Tooltip label={t("builder.tryRun")}>
          <ActionIcon aria-label={t("builder.tryRun")} disabled={props.running} onClick={props.onTry}>
            <IconFlask size={18} />
          </ActionIcon>
        </Tooltip>
        <Button leftSection={<IconPlayerPlayFilled size={14} />} loading={props.running} onClick={props.onRun}>
          {t("builder.run")}
        </Button>
      </div>
    </header>
  );
}

function SaveMark({ state, onSave }: { readonly state: SaveState; readonly onSave: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="toolbar-save" role="status">
      {state.kind === "failed" ? (
        <Button variant="subtle" color="red" size="compact-sm" title={state.message} onClick={onSave}>
          {t("save.failed")}
        </Button>
      ) : (
        <span className="m-meta">{t(`save.${state.kind}`)}</span>
      )}
    </span>
  );
}

/** Lets webhooks and schedules start runs, or stops them. */
function Activation({ id, active }: { readonly id: string; readonly active: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (on: boolean) =>
      request(`workflows/${encodeURIComponent(id)}/${on ? "activate" : "deactivate"}`, { method: "POST", body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["workflows"] }),
    onError: (error) => notifications.show({ color: "red", title: t("builder.notActivated"), message: error.message }),
  });
  return (
    <Tooltip label={t("builder.activeHint")}>
      <div>
        <Switch
          size="sm"
          label={t("builder.active")}
          checked={active}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
      </div>
    </Tooltip>
  );
}
