import { Button } from "@mantine/core";
import type { Json, JsonObject } from "@mortise/contract";
import { IconArrowRight } from "@tabler/icons-react";
import { Fragment, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { titleOf } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { useForm } from "./form-context.tsx";
import { valueSummary } from "./summary.ts";

const PipelineEditor = lazy(async () => ({ default: (await import("./pipeline-editor.tsx")).PipelineEditor }));

/** A `$map` pipeline: its steps as chips; each opens the list of steps. */
export function PipelineInput(props: InputProps) {
  const { t } = useTranslation();
  const { issues } = useForm();
  const steps = ((props.value as { readonly $map?: readonly Json[] } | undefined)?.$map ?? []) as readonly JsonObject[];
  // A pipeline that was just begun is there to be filled.
  const [editing, setEditing] = useState<number | "closed" | "none">(isBegun(steps) ? 0 : "closed");
  if (editing !== "closed") {
    return (
      <Suspense>
        <PipelineEditor {...props} start={editing === "none" ? undefined : editing} onClose={() => setEditing("closed")} />
      </Suspense>
    );
  }
  const problems = issues.filter(({ path }) => path.startsWith(`${props.pointer}/`));
  return (
    <fieldset className="pipeline" aria-labelledby={props.id}>
      <div className="chips">
        {steps.map((step, index) => {
          const [name = "", params = null] = Object.entries(step)[0] ?? [];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the pipeline.
            <Fragment key={index}>
              {index > 0 && <IconArrowRight size={12} aria-hidden className="m-muted" />}
              <button type="button" className="chip" title={t("pipeline.open")} onClick={() => setEditing(index)}>
                <strong>{titleOf(name)}</strong> {valueSummary(paramOf(params), t)}
              </button>
            </Fragment>
          );
        })}
        <Button variant="subtle" size="compact-xs" onClick={() => setEditing("none")}>
          {t("pipeline.edit")}
        </Button>
      </div>
      {problems.length > 0 && (
        <div className="field-problems">
          {problems.map((problem) => (
            <p key={problem.code + problem.path + problem.message} data-severity={problem.severity}>
              {problem.message}
            </p>
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** What a chip shows of parameters: those of the only one, else their names. */
function paramOf(params: Json): Json {
  if (typeof params !== "object" || params === null || Array.isArray(params)) return params;
  const entries = Object.entries(params);
  const [only] = entries;
  if (entries.length !== 1 || !only || only[0].startsWith("$")) return only?.[0].startsWith("$") ? params : Object.keys(params);
  const [, inner] = only;
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.keys(inner) : inner;
}

function isBegun(steps: readonly JsonObject[]): boolean {
  return steps.length === 0 || (steps.length === 1 && (steps[0]?.from as JsonObject | undefined)?.$cel === "");
}
