import { Button } from "@mantine/core";
import type { Json, JsonObject, JsonSchema } from "@mortise/contract";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { transformersQuery } from "../api/queries.ts";
import type { Described } from "../api/types.ts";
import { AddMenu } from "./add-menu.tsx";
import { type Entry, EntryList } from "./entry-list.tsx";
import { FieldRow } from "./field-row.tsx";
import { type Field, startValue, titleOf } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { useForm } from "./form-context.tsx";
import { JsonInput } from "./json-input.tsx";
import { paramFields } from "./param-fields.ts";
import { paramsSummary, valueSummary } from "./summary.ts";
import { TransformerForm } from "./transformer-form.tsx";

/** The steps of a pipeline as rows: where the data comes from, then what is done with it. Everything else is edited as JSON. */
export function PipelineEditor(props: InputProps & { readonly start: number | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { issues } = useForm();
  const offers = useQuery(transformersQuery).data ?? [];
  const { id, pointer, value, onChange } = props;
  const stored = ((value as { readonly $map?: readonly Json[] } | undefined)?.$map ?? []) as readonly Json[];
  const hasSource = isStep(stored[0]) && "from" in stored[0];
  // The list always shows where the data comes from; without `from` it is what the loop is at.
  const steps: readonly Json[] = hasSource ? stored : [{}, ...stored];
  const offset = hasSource ? 0 : -1;
  const rows = useRowTypes(stored);
  const [open, setOpen] = useState(props.start === undefined ? undefined : props.start - offset);
  const [asJson, setAsJson] = useState(false);
  const write = (next: readonly Json[], gesture: string) => {
    const [source, ...others] = next;
    onChange({ $map: isStep(source) && "from" in source ? [source, ...others] : others }, gesture);
  };
  const entryOf = (step: Json, index: number): Entry => {
    const at = `${pointer}/$map/${Math.max(0, index + offset)}`;
    const put = (next: Json, gesture: string) => write(steps.with(index, next), gesture);
    if (index === 0) {
      const from = (step as JsonObject).from;
      return {
        title: t("pipeline.from"),
        summary: from === undefined ? t("pipeline.atHand") : valueSummary(from, t),
        pointer: `${at}/from`,
        fixed: true,
        body: () => (
          <FieldRow
            field={sourceField(t("pipeline.data"))}
            value={from}
            pointer={`${at}/from`}
            onChange={(next, gesture) => put({ from: next ?? { $cel: "" } }, gesture)}
          />
        ),
      };
    }
    const [name = "", params = {}] = (isStep(step) ? Object.entries(step)[0] : undefined) ?? [];
    const known = offers.find((each) => each.name === name);
    if (!known || !isStep(params)) {
      return {
        title: titleOf(name),
        summary: offers.length === 0 ? "" : t("pipeline.unknown"),
        pointer: at,
        body: () => (
          <JsonInput
            id={`${id}-${index}`}
            label={t("form.asJson")}
            invalid={false}
            pointer={at}
            value={step}
            onChange={(next, gesture) => put(next ?? {}, gesture)}
          />
        ),
      };
    }
    return {
      title: known.title,
      summary: paramsSummary(paramFields(known.params), params, t),
      pointer: at,
      body: () => (
        <TransformerForm
          transformer={known}
          params={params}
          pointer={`${at}/${name}`}
          row={rows[index + offset]}
          onChange={(next, gesture) => put({ [name]: next }, gesture)}
        />
      ),
    };
  };
  const add = ({ name, params }: Described) => {
    const required = paramFields(params).filter((field) => field.required);
    const start = Object.fromEntries(required.map((field) => [field.key, startValue(field)]));
    write([...steps, { [name]: start }], `${pointer}:add:${steps.length}`);
    setOpen(steps.length);
  };
  return (
    <fieldset className="pipeline" aria-labelledby={id}>
      {asJson ? (
        <JsonInput {...props} id={`${id}-json`} label={t("form.asJson")} />
      ) : (
        <>
          <EntryList
            labelledBy={id}
            entries={steps.map(entryOf)}
            issues={issues}
            open={open}
            onOpen={setOpen}
            onMove={(from, to) => write(steps.with(from, steps[to] as Json).with(to, steps[from] as Json), `${pointer}:move`)}
            onRemove={(index) =>
              write(
                steps.filter((_, each) => each !== index),
                `${pointer}:remove`,
              )
            }
          />
          <AddMenu label={t("pipeline.add")} offers={offers} onAdd={add} />
        </>
      )}
      <div className="pipeline-tools">
        <Button variant="subtle" size="compact-xs" onClick={props.onClose}>
          {t("pipeline.done")}
        </Button>
        <Button variant="subtle" size="compact-xs" aria-pressed={asJson} onClick={() => setAsJson(!asJson)}>
          {t(asJson ? "pipeline.asSteps" : "form.editJson")}
        </Button>
      </div>
    </fieldset>
  );
}

/** The rows that each step gets. Working them out takes the compiler of expressions, which is loaded for it. */
function useRowTypes(steps: readonly Json[]): readonly (JsonSchema | undefined)[] {
  const { scopeSchema } = useForm();
  const [types, setTypes] = useState<readonly (JsonSchema | undefined)[]>([]);
  useEffect(() => {
    let isOld = false;
    void import("./pipeline-types.ts").then(({ rowTypes }) => {
      if (!isOld) setTypes(rowTypes(steps, scopeSchema));
    });
    return () => {
      isOld = true;
    };
  }, [steps, scopeSchema]);
  return types;
}

function sourceField(title: string): Field {
  return {
    key: "from",
    kind: "any",
    title,
    required: true,
    advanced: false,
    schema: {},
    typeName: "any",
    modes: ["mapped", "expression"],
  };
}

function isStep(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
