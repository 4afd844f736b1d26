import { ActionIcon } from "@mantine/core";
import type { Diagnostic } from "@mortise/contract";
import { IconAlertTriangleFilled, IconPlus, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { TRIGGER } from "../canvas/graph.ts";
import { slotLabel } from "../document/core-shapes.ts";
import type { Place } from "../document/insert-node.ts";
import { moveDown, moveUp } from "../document/move-node.ts";
import { outlineOf } from "../document/outline.ts";
import { titleOf } from "../forms/fields.ts";
import type { NodeStatus } from "../runs/run-state.ts";
import { Status } from "../ui/status.tsx";
import { Tile } from "../ui/tile.tsx";
import { useBuilder, useBuilderStore } from "./builder-context.ts";
import { triggerDetail } from "./trigger-detail.ts";
import type { UseInfo } from "./use-catalog.ts";

/** The workflow as a list in the order in which it runs: the same graph for the keyboard, screen readers and narrow windows. */
export function Outline(props: {
  readonly describe: (use: string) => UseInfo;
  readonly statuses: { readonly [name: string]: NodeStatus };
  readonly issues: { readonly [name: string]: Diagnostic["severity"] };
  readonly onInsert: (place: Place) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const document = useBuilder((state) => state.document);
  const selected = useBuilder((state) => state.selected);
  const { edit, select } = useBuilderStore().getState();
  const rows = outlineOf(document);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (event.altKey && selected !== null) {
      edit((before) => (event.key === "ArrowUp" ? moveUp(before, selected) : moveDown(before, selected)));
      return;
    }
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>(".outline-row") ?? [])];
    const at = buttons.indexOf(event.target as HTMLElement);
    const next = buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    next?.focus();
  };
  return (
    <section className="side" aria-label={t("builder.outline")}>
      <header className="side-head">
        <h2>{t("builder.outline")}</h2>
        <ActionIcon className="wide-only" aria-label={t("common.close")} onClick={props.onClose}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <ul className="outline" ref={list} onKeyDown={onKey}>
        <li className="outline-item">
          <button
            type="button"
            className="outline-row"
            aria-current={selected === TRIGGER || undefined}
            onClick={() => select(TRIGGER)}
          >
            <Tile use={document.trigger.use} size={28} />
            <span className="outline-words">
              <span className="m-clip">
                {t(`trigger.${document.trigger.use}.title`, { defaultValue: t("trigger.connector.title") })}
              </span>
              <span className="m-meta m-clip">{triggerDetail(document.trigger, t)}</span>
            </span>
          </button>
        </li>
        {rows.map((row) => {
          const indent = { paddingInlineStart: 8 + row.depth * 20 };
          if (row.kind === "label") {
            return (
              <li key={row.key} className="outline-label" style={indent}>
                {row.slot === undefined ? t("outline.outlet", { name: row.outlet }) : t(slotLabel(row.use, row.slot))}
              </li>
            );
          }
          if (row.kind === "add") {
            return (
              <li key={row.key} style={indent}>
                <button type="button" className="outline-add" onClick={() => props.onInsert(row.place)}>
                  <IconPlus size={14} aria-hidden />
                  {t("outline.add")}
                </button>
              </li>
            );
          }
          const info = props.describe(row.node.use);
          const status = props.statuses[row.name];
          return (
            <li key={row.key} className="outline-item">
              <button
                type="button"
                className="outline-row"
                style={indent}
                aria-current={selected === row.name || undefined}
                onClick={() => select(row.name)}
              >
                <Tile use={row.node.use} size={28} />
                <span className="outline-words">
                  <span className="m-clip">{row.node.title ?? titleOf(row.name)}</span>
                  <span className="m-meta m-clip">{info.core ? info.title : `${info.subtitle} · ${info.title}`}</span>
                </span>
                {props.issues[row.name] && (
                  <span className="step-issue" data-severity={props.issues[row.name]}>
                    <IconAlertTriangleFilled size={16} aria-hidden />
                    <span className="m-hidden">{t(`severity.${props.issues[row.name]}`)}</span>
                  </span>
                )}
                {status && <Status status={status.status} iconOnly />}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
