import { SegmentedControl } from "@mantine/core";
import type { Json, JsonObject } from "@mortise/contract";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Field, startValue } from "./fields.ts";
import { fits } from "./fits.ts";
import { FixedInput, type InputProps } from "./fixed-input.tsx";
import { JsonInput } from "./json-input.tsx";

/** A value that may have one of several shapes: the editor of the shape it has, and a switch to the others. */
export function VariantInput({ field, ...props }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const variants = field.variants ?? [];
  const fitting = props.value === undefined ? -1 : variants.findIndex((variant) => fits(variant, props.value));
  const [wanted, setWanted] = useState(0);
  const at = fitting < 0 ? wanted : fitting;
  const shown = variants[at];
  if (!shown || (props.value !== undefined && fitting < 0)) return <JsonInput {...props} />;
  return (
    <div className="variant">
      {variants.length > 1 && (
        <SegmentedControl
          size="xs"
          className="variant-switch"
          aria-label={t("form.shape", { field: field.title })}
          data={variants.map((variant, index) => ({
            value: String(index),
            label: variant.schema.title ?? t(variant.kind === "object" ? "form.details" : `type.${variant.typeName}`),
          }))}
          value={String(at)}
          onChange={(next) => {
            setWanted(Number(next));
            const chosen = variants[Number(next)];
            props.onChange(
              chosen && (field.modes || chosen.kind === "object") ? reshape(chosen, props.value) : undefined,
              `${props.pointer}:shape`,
            );
          }}
        />
      )}
      <FixedInput {...props} field={{ ...shown, title: field.title }} />
    </div>
  );
}

/** A first value of a shape; a record takes over what was there as the first field that it must have. */
function reshape(shape: Field, value: Json | undefined): Json {
  const start = startValue(shape);
  const lead = shape.children?.find((child) => child.required);
  if (!lead || value === undefined || typeof value === "object" || !fits(lead, value)) return start;
  return { ...(start as JsonObject), [lead.key]: value };
}
