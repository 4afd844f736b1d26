import { Textarea } from "@mantine/core";
import type { Json, JsonSchema } from "@mortise/contract";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Check } from "../api/types.ts";
import { FieldRow } from "../forms/field-row.tsx";
import { fieldOf } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { scopeTree } from "../forms/scope-tree.ts";
import { useBuilder, useBuilderStore } from "./builder-context.ts";

/** The workflow itself, shown while nothing is selected. */
export function WorkflowInspector({ check }: { readonly check: Check }) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const document = useBuilder((state) => state.document);
  const { nodes } = document;
  const form = useMemo(() => {
    const scopeSchema = outputScope(check, Object.keys(nodes));
    return { computed: true, issues: check.diagnostics, scope: scopeTree(scopeSchema), scopeSchema };
  }, [check, nodes]);
  const field = useMemo(
    () => ({ ...fieldOf("output", true, false), title: t("workflow.output"), help: t("workflow.outputHelp") }),
    [t],
  );
  const setOutput = (output: Json | undefined, gesture: string) =>
    store
      .getState()
      .edit(
        ({ output: _, ...rest }) =>
          output === undefined || (typeof output === "object" && output !== null && Object.keys(output).length === 0)
            ? rest
            : { ...rest, output },
        { gesture },
      );
  return (
    <>
      <header className="inspector-head">
        <div className="inspector-words">
          <h2 className="inspector-name">{t("workflow.title")}</h2>
          <p className="m-meta">{t("workflow.lead")}</p>
        </div>
      </header>
      <div className="inspector-panel">
        <Textarea
          label={t("workflow.description")}
          value={document.description ?? ""}
          rows={3}
          classNames={{ input: "input-lines" }}
          onChange={(event) => {
            const description = event.currentTarget.value;
            store.getState().edit(({ description: _, ...rest }) => (description === "" ? rest : { ...rest, description }), {
              gesture: "description",
            });
          }}
        />
        <FormProvider value={form}>
          <FieldRow field={field} value={document.output} pointer="/output" onChange={setOutput} />
        </FormProvider>
        <dl className="keys">
          {(["run", "save", "undo", "delete", "duplicate", "walk", "outline", "issues"] as const).map((key) => (
            <div key={key}>
              <dt>{t(`keys.${key}`)}</dt>
              <dd>{t(`keys.${key}Keys`)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

/** What the output may see: the data of the steps of the workflow's own set; those inside of loops have many results and no name here. */
function outputScope(check: Check, names: readonly string[]): JsonSchema {
  const steps = names.flatMap((name) => {
    const output = check.types.nodes[name]?.output;
    return output === undefined ? [] : [[name, { properties: { output } }] as const];
  });
  return { properties: { steps: { properties: Object.fromEntries(steps) }, trigger: { properties: { body: true } } } };
}
