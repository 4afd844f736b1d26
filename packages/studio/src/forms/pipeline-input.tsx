import { Button } from "@mantine/core";
import type { Json, JsonObject } from "@mortise/contract";
import { IconArrowRight } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { titleOf } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { JsonInput } from "./json-input.tsx";

/** A `$map` pipeline: its steps as chips, and the whole as JSON for editing. */
export function PipelineInput(props: InputProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const steps = ((props.value as { readonly $map?: readonly Json[] } | undefined)?.$map ?? []) as readonly JsonObject[];
  return (
    <div className="pipeline">
      <div className="chips">
        {steps.map((step, index) => {
          const [name = "", params] = Object.entries(step)[0] ?? [];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the pipeline.
            <Fragment key={index}>
              {index > 0 && <IconArrowRight size={12} aria-hidden className="m-muted" />}
              <span className="chip" title={JSON.stringify(params)}>
                <strong>{titleOf(name)}</strong> {summary(params)}
              </span>
            </Fragment>
          );
        })}
        <Button variant="subtle" size="compact-xs" onClick={() => setEditing(!editing)} aria-expanded={editing}>
          {t(editing ? "form.closeJson" : "form.editJson")}
        </Button>
      </div>
      {editing ? <JsonInput {...props} /> : <input type="hidden" id={props.id} />}
    </div>
  );
}

function summary(params: Json | undefined): string {
  if (params === undefined || params === null) return "";
  if (typeof params !== "object") return String(params);
  if (Array.isArray(params)) return params.map((each) => (typeof each === "object" ? "…" : String(each))).join(", ");
  const { $cel, $text } = params as JsonObject;
  if (typeof $cel === "string") return $cel;
  if (typeof $text === "string") return $text;
  const keys = Object.keys(params);
  return keys.slice(0, 3).join(", ") + (keys.length > 3 ? " …" : "");
}
