import { ActionIcon, Button } from "@mantine/core";
import type { Diagnostic, Json } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";
import { IconAlertTriangle, IconCircleX, IconInfoCircle, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { TRIGGER } from "../canvas/graph.ts";
import { applyPatch } from "../document/apply-patch.ts";
import { findNode, nodeAtPointer } from "../document/node-sets.ts";
import { titleOf } from "../forms/fields.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { useBuilder, useBuilderStore } from "./builder-context.ts";

const ICONS = { error: IconCircleX, warning: IconAlertTriangle, info: IconInfoCircle } as const;

/** What is wrong with the workflow before it runs; every row leads to its step, and mends itself where it can. */
export function IssuesPanel(props: {
  readonly diagnostics: readonly Diagnostic[];
  readonly checked: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const document = useBuilder((state) => state.document);
  const { edit, select } = useBuilderStore().getState();
  const placeOf = (path: string) => (path.startsWith("/trigger") ? TRIGGER : (nodeAtPointer(document, path) ?? null));
  const apply = ({ fix }: Diagnostic) =>
    edit((before) => (applyPatch(before as unknown as Json, fix?.patch ?? []) as unknown as Workflow | undefined) ?? before);
  return (
    <section className="side" aria-label={t("issues.title")}>
      <header className="side-head">
        <h2>{t("issues.title")}</h2>
        <ActionIcon aria-label={t("common.close")} onClick={props.onClose}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      {props.diagnostics.length === 0 ? (
        <EmptyState title={t(props.checked ? "issues.none" : "issues.checking")} text={t("issues.noneText")} />
      ) : (
        <ul className="issues">
          {props.diagnostics.map((diagnostic) => {
            const Icon = ICONS[diagnostic.severity];
            const place = placeOf(diagnostic.path);
            const node = place === null || place === TRIGGER ? undefined : findNode(document, place)?.node;
            const where =
              place === TRIGGER ? t("trigger.title") : place === null ? t("workflow.title") : (node?.title ?? titleOf(place));
            return (
              <li
                key={diagnostic.path + diagnostic.code + diagnostic.message}
                className="issue"
                data-severity={diagnostic.severity}
              >
                <Icon size={16} aria-hidden className="issue-icon" />
                <div className="issue-body">
                  <button type="button" className="issue-where" onClick={() => select(place)}>
                    {where}
                  </button>
                  <p className="issue-text">
                    <span className="m-hidden">{t(`severity.${diagnostic.severity}`)}: </span>
                    {diagnostic.message}
                  </p>
                  {diagnostic.fix &&
                    (diagnostic.fix.patch ? (
                      <Button size="compact-xs" variant="light" onClick={() => apply(diagnostic)}>
                        {diagnostic.fix.title}
                      </Button>
                    ) : (
                      <p className="m-meta">{diagnostic.fix.title}</p>
                    ))}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
