import { MultiSelect, SegmentedControl, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { Diagnostic, Effect } from "@mortise/contract";
import type { WorkflowNode } from "@mortise/workflow";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { outletsOf } from "../document/core-shapes.ts";
import { comesAfter } from "../document/delete-node.ts";
import { NODE_NAME } from "../document/names.ts";
import { findNode, type Located, nodeSetAt } from "../document/node-sets.ts";
import { withAfter, writeReference } from "../document/references.ts";
import { renameNode } from "../document/rename-node.ts";
import { changeNode } from "../document/set-params.ts";
import { useBuilder, useBuilderStore } from "./builder-context.ts";

/** When a step runs and what happens when it fails. */
export function StepSettings({
  located,
  issues,
  effect,
}: {
  readonly located: Located;
  readonly issues: readonly Diagnostic[];
  readonly effect: Effect | undefined;
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const document = useBuilder((state) => state.document);
  const { name, node, set, pointer } = located;
  const siblings = nodeSetAt(document, set);
  const free = Object.entries(siblings).filter(([other]) => other !== name && !comesAfter(other, name, siblings));
  const change = (next: (before: WorkflowNode) => WorkflowNode, gesture?: string) =>
    store.getState().edit((before) => changeNode(before, name, next), gesture === undefined ? {} : { gesture });
  const references = free.flatMap(([other, otherNode]) => [
    other,
    ...outletsOf(otherNode).map((outlet) => writeReference({ node: other, outlet })),
  ]);
  const issue = (key: string) =>
    issues.find(({ path }) => path === `${pointer}/${key}` || path.startsWith(`${pointer}/${key}/`))?.message;
  return (
    <div className="form">
      <NameField name={name} />
      <MultiSelect
        label={t("settings.after")}
        description={t("settings.afterHelp")}
        placeholder={(node.after ?? []).length === 0 ? t("settings.atStart") : undefined}
        data={[...new Set([...references, ...(node.after ?? [])])]}
        value={[...(node.after ?? [])]}
        error={issue("after")}
        onChange={(after) => change((before) => withAfter(before, after))}
      />
      {(node.after ?? []).length > 1 && (
        <div>
          <p className="field-label" id="join-label">
            {t("settings.join")}
          </p>
          <SegmentedControl
            aria-labelledby="join-label"
            fullWidth
            data={[
              { value: "all", label: t("settings.joinAll") },
              { value: "any", label: t("settings.joinAny") },
            ]}
            value={node.join ?? "all"}
            onChange={(join) => change(({ join: _, ...rest }) => (join === "any" ? { ...rest, join } : rest))}
          />
        </div>
      )}
      <Select
        label={t("settings.onError")}
        data={[
          { value: "stop", label: t("settings.onErrorStop") },
          { value: "continue", label: t("settings.onErrorContinue") },
          ...free.map(([other, otherNode]) => ({
            value: other,
            label: t("settings.onErrorNode", { name: otherNode.title ?? other }),
          })),
        ]}
        value={node.onError ?? "stop"}
        error={issue("onError")}
        allowDeselect={false}
        onChange={(onError) =>
          change(({ onError: _, ...rest }) => (onError === null || onError === "stop" ? rest : { ...rest, onError }))
        }
      />
      {effect !== undefined && effect !== "read" && (
        <Select
          label={t("settings.onUnknown")}
          description={t("settings.onUnknownHelp")}
          data={[
            { value: "fail", label: t("settings.onUnknownFail") },
            { value: "assume-done", label: t("settings.onUnknownDone") },
          ]}
          value={node.onUnknown ?? "fail"}
          allowDeselect={false}
          onChange={(onUnknown) =>
            change(({ onUnknown: _, ...rest }) => (onUnknown === "assume-done" ? { ...rest, onUnknown } : rest))
          }
        />
      )}
      <Switch
        label={t("settings.disabled")}
        description={t("settings.disabledHelp")}
        checked={node.disabled === true}
        onChange={(event) => {
          const disabled = event.currentTarget.checked;
          change(({ disabled: _, ...rest }) => (disabled ? { ...rest, disabled } : rest));
        }}
      />
      <Textarea
        label={t("settings.note")}
        value={node.note ?? ""}
        rows={3}
        onChange={(event) => {
          const note = event.currentTarget.value;
          change(({ note: _, ...rest }) => (note === "" ? rest : { ...rest, note }), `${pointer}/note`);
        }}
      />
    </div>
  );
}

/** The name that expressions use; it changes everywhere when the field is left. */
function NameField({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const [text, setText] = useState(name);
  const wrong =
    text !== name &&
    (!NODE_NAME.test(text)
      ? t("settings.nameRule")
      : findNode(store.getState().document, text)
        ? t("settings.nameTaken")
        : undefined);
  const commit = () => {
    if (text === name || wrong) return;
    store.getState().edit((document) => renameNode(document, name, text), { select: text });
  };
  return (
    <TextInput
      label={t("settings.name")}
      description={t("settings.nameHelp", { name })}
      value={text}
      error={wrong}
      classNames={{ input: "m-mono" }}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}
