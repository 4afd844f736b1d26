import { ActionIcon, Menu, Tabs } from "@mantine/core";
import { type JsonObject, type JsonSchemaObject, selfContained } from "@mortise/contract";
import { IconArrowDown, IconArrowUp, IconCopy, IconDots, IconTrash, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { contractQuery } from "../api/queries.ts";
import type { Check } from "../api/types.ts";
import { deleteNode } from "../document/delete-node.ts";
import { duplicateNode } from "../document/duplicate-node.ts";
import { moveDown, moveUp } from "../document/move-node.ts";
import type { Located } from "../document/node-sets.ts";
import { changeNode, setParams } from "../document/set-params.ts";
import { titleOf } from "../forms/fields.ts";
import { type FieldSource, FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";
import type { RunState } from "../runs/run-state.ts";
import { StepResult } from "../runs/step-result.tsx";
import { EffectBadge } from "../ui/effect-badge.tsx";
import { Tile } from "../ui/tile.tsx";
import { useBuilderStore } from "./builder-context.ts";
import { ConnectionField } from "./connection-field.tsx";
import { nodeFields, nodeForm } from "./node-form.ts";
import { StepSettings } from "./step-settings.tsx";
import { readUse, type UseInfo } from "./use-catalog.ts";

/** Everything about one step: its form, its settings, and how it went in the run that is shown. */
export function StepInspector(props: {
  readonly located: Located;
  readonly check: Check;
  readonly describe: (use: string) => UseInfo;
  readonly run: RunState | undefined;
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const { name, node, pointer } = props.located;
  const info = props.describe(node.use);
  const connector = node.use.startsWith("core/") ? "" : readUse(node.use).connector;
  const contract = useQuery(contractQuery(connector)).data;
  const input = contract?.operations[readUse(node.use).operation]?.input;
  const schema: JsonSchemaObject | undefined = info.core?.params ?? (input && selfContained(input, contract?.schemas));
  const fields = useMemo(() => nodeFields(node.use, schema), [schema, node.use]);
  const form = useMemo(() => nodeForm(node.use, props.check, name), [props.check, name, node.use]);
  const asked = info.core ? form : { ...form, source: sourceOf(node) };
  const own = props.check.diagnostics.filter(
    (each) => each.path === pointer || each.path === `${pointer}/use` || each.path === `${pointer}/with`,
  );
  const steps = props.run ? Object.values(props.run.steps).filter((step) => step.node === pointer) : [];
  return (
    <>
      <header className="inspector-head">
        <Tile use={node.use} size={36} />
        <div className="inspector-words">
          <h2 className="inspector-title">
            <input
              aria-label={t("inspector.title")}
              value={node.title ?? titleOf(name)}
              onChange={(event) => {
                const title = event.currentTarget.value;
                store.getState().edit((document) => changeNode(document, name, (before) => ({ ...before, title })), {
                  gesture: `${pointer}/title`,
                });
              }}
            />
          </h2>
          <p className="m-meta m-clip">{info.core ? info.title : `${info.subtitle} · ${info.title}`}</p>
        </div>
        <StepMenu name={name} />
        <ActionIcon aria-label={t("common.close")} onClick={() => store.getState().select(null)}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <Tabs defaultValue="setup" className="inspector-tabs" keepMounted={false}>
        <Tabs.List px={16}>
          <Tabs.Tab value="setup">{t("inspector.setup")}</Tabs.Tab>
          <Tabs.Tab value="settings">{t("inspector.settings")}</Tabs.Tab>
          {steps.length > 0 && <Tabs.Tab value="run">{t("inspector.run")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="setup" className="inspector-panel">
          {(info.operation?.description ?? info.core?.description) && (
            <p className="inspector-lead">{info.operation?.description ?? info.core?.description}</p>
          )}
          {info.operation && (
            <p className="inspector-facts">
              <EffectBadge effect={info.operation.effect} />
              {info.operation.stream && <span className="tag">{t("catalog.stream")}</span>}
            </p>
          )}
          {own.map((each) => (
            <p key={each.message} className="inspector-issue" data-severity={each.severity}>
              {each.message}
            </p>
          ))}
          {info.connector?.needsConnection && (
            <ConnectionField located={props.located} connector={info.connector} issues={props.check.diagnostics} />
          )}
          {schema === undefined ? (
            <p className="m-meta">{t(contract || info.core ? "inspector.unknownStep" : "common.loading")}</p>
          ) : (
            <FormProvider value={asked}>
              <SchemaForm
                fields={fields}
                value={(node.with ?? {}) as JsonObject}
                pointer={`${pointer}/with`}
                onChange={(params, gesture) =>
                  store.getState().edit((document) => setParams(document, name, params), { gesture })
                }
              />
            </FormProvider>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="settings" className="inspector-panel">
          <StepSettings located={props.located} issues={props.check.diagnostics} effect={info.operation?.effect} />
        </Tabs.Panel>
        <Tabs.Panel value="run" className="inspector-panel">
          {steps[0] && <StepResult steps={steps} />}
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** Whom the form asks for the choices and shapes of its fields. */
function sourceOf({ use, connection, with: input }: Located["node"]): FieldSource {
  return { operation: use, input: (input ?? {}) as JsonObject, ...(connection === undefined ? {} : { connection }) };
}

function StepMenu({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const { edit } = store.getState();
  const duplicate = () => {
    const copy = duplicateNode(store.getState().document, name);
    edit(() => copy.document, { select: copy.name });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("inspector.actions")}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowUp size={16} />} onClick={() => edit((document) => moveUp(document, name))}>
          {t("inspector.up")}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowDown size={16} />} onClick={() => edit((document) => moveDown(document, name))}>
          {t("inspector.down")}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={16} />} rightSection={<span className="m-meta">Ctrl+D</span>} onClick={duplicate}>
          {t("inspector.duplicate")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} />}
          rightSection={<span className="m-meta">Del</span>}
          onClick={() => edit((document) => deleteNode(document, name), { select: null })}
        >
          {t("inspector.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
