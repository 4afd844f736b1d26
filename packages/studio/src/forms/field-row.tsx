import type { Json } from "@mortise/contract";
import { IconCursorText, IconLink, IconMathFunction, IconTransform } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { modeOf, readSegments, type ValueMode } from "../document/value-mode.ts";
import { ExpressionInput } from "./expression-input.tsx";
import { type Field, startValue } from "./fields.ts";
import { FixedInput } from "./fixed-input.tsx";
import { type OnChange, useForm } from "./form-context.tsx";
import { PillInput } from "./pill-input.tsx";

// Few values come out of a pipeline, so that no form waits for it.
const PipelineInput = lazy(async () => ({ default: (await import("./pipeline-input.tsx")).PipelineInput }));

/** One field: its name, where its value comes from, the editor for that, help and problems. */
export function FieldRow(props: {
  readonly field: Field;
  readonly value: Json | undefined;
  readonly pointer: string;
  readonly onChange: OnChange;
  /** Stands beside the mode switch, such as a button that removes a list item. */
  readonly action?: ReactNode;
}) {
  const { t } = useTranslation();
  const { computed, issues } = useForm();
  const { field, value, pointer, onChange } = props;
  const id = useId();
  const stored = modeOf(value);
  const [wanted, setWanted] = useState<ValueMode>();
  const mode = stored === "pipeline" || wanted === "pipeline" ? stored : (wanted ?? stored);
  const modes = field.modes ?? (computed ? modesOf(field, stored) : ["fixed"]);
  const isGroup =
    mode === "pipeline" ||
    (mode === "fixed" &&
      (field.kind === "rules" ||
        field.kind === "object" ||
        field.kind === "list" ||
        field.kind === "map" ||
        field.kind === "shaped" ||
        (field.kind === "variants" && typeof value === "object") ||
        (field.kind === "any" && isObject(value))));
  const problems = issues.filter(({ path }) => path === pointer || (!isGroup && path.startsWith(`${pointer}/`)));
  const change = (next: ValueMode) => {
    setWanted(next);
    const converted = convert(value, mode, next) ?? (next === "fixed" ? literalOf(field) : undefined);
    if (converted !== value) onChange(converted, `${pointer}:mode`);
  };
  const describedBy =
    [field.help ? `${id}-help` : "", problems.length > 0 ? `${id}-problem` : ""].filter(Boolean).join(" ") || undefined;
  const common = { id, describedBy, invalid: problems.some((problem) => problem.severity === "error"), pointer, value, onChange };
  const label = (
    <>
      {field.title}
      {field.required && (
        <span className="field-required" title={t("form.required")}>
          *<span className="m-hidden">{t("form.required")}</span>
        </span>
      )}
    </>
  );
  return (
    <div className="field" data-pointer={pointer} data-group={isGroup || undefined}>
      <div className="field-head">
        {isGroup ? (
          <span className="field-label" id={id}>
            {label}
          </span>
        ) : (
          <label className="field-label" htmlFor={id}>
            {label}
          </label>
        )}
        <span className="field-type">{t(mode === "pipeline" ? "mode.pipeline" : `type.${field.typeName}`)}</span>
        <span className="field-tools">
          {modes.length > 1 && <ModeSwitch field={field} mode={mode} modes={modes} onChange={change} />}
          {props.action}
        </span>
      </div>
      {mode === "fixed" && <FixedInput {...common} field={field} />}
      {mode === "mapped" && <PillInput {...common} field={field} />}
      {mode === "expression" && <ExpressionInput {...common} field={field} />}
      {mode === "pipeline" && (
        <Suspense>
          <PipelineInput {...common} />
        </Suspense>
      )}
      {field.help && (
        <p className="field-help" id={`${id}-help`}>
          {field.help}
        </p>
      )}
      {problems.length > 0 && (
        <div className="field-problems" id={`${id}-problem`}>
          {problems.map((problem) => (
            <p key={problem.code + problem.message} data-severity={problem.severity}>
              {problem.message}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

function isObject(value: Json | undefined): boolean {
  return value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
}

const MODES = [
  { mode: "fixed", icon: IconCursorText },
  { mode: "mapped", icon: IconLink },
  { mode: "expression", icon: IconMathFunction },
  { mode: "pipeline", icon: IconTransform },
] as const;

const ROW_KINDS: ReadonlySet<string> = new Set(["list", "object", "map", "shaped", "any"]);

/** Lists and records may also come out of a pipeline. */
function modesOf(field: Field, stored: ValueMode): readonly ValueMode[] {
  const shapes = field.variants ?? [field];
  const takesRows = shapes.some(({ kind, schema }) => ROW_KINDS.has(kind) || schema.type === "array" || schema.type === "object");
  return takesRows || stored === "pipeline" ? ["fixed", "mapped", "expression", "pipeline"] : ["fixed", "mapped", "expression"];
}

/** What a field that need not be fixed starts as when it is. */
function literalOf({ modes, variants }: Field): Json | undefined {
  return modes && variants?.[0] ? startValue(variants[0]) : undefined;
}

function ModeSwitch({
  field,
  mode,
  modes,
  onChange,
}: {
  readonly field: Field;
  readonly mode: ValueMode;
  readonly modes: readonly ValueMode[];
  readonly onChange: (mode: ValueMode) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="modes" aria-label={t("form.source", { field: field.title })}>
      {MODES.filter(({ mode: each }) => modes.includes(each)).map(({ mode: each, icon: Icon }) => (
        <button
          key={each}
          type="button"
          className="mode"
          aria-pressed={mode === each}
          aria-label={t(`mode.${each}`)}
          title={t(`mode.${each}Hint`)}
          onClick={() => onChange(each)}
        >
          <Icon size={14} stroke={2} aria-hidden />
        </button>
      ))}
    </fieldset>
  );
}

/** The value under another mode; what cannot be kept is removed. */
function convert(value: Json | undefined, from: ValueMode, to: ValueMode): Json | undefined {
  if (from === to) return value;
  if (to === "pipeline") {
    const isSource = from !== "fixed" || (typeof value === "object" && value !== null && Object.keys(value).length > 0);
    return { $map: [{ from: isSource && value !== undefined ? value : { $cel: "" } }] };
  }
  if (from === "pipeline") return to === "fixed" ? undefined : sourceOf(value);
  const segments = readSegments(value);
  if (to === "fixed") {
    const text = segments.map((segment) => ("text" in segment ? segment.text : "")).join("");
    return segments.length > 0 && segments.every((segment) => "text" in segment) ? text : undefined;
  }
  if (to === "expression" && from === "fixed")
    return value === undefined || typeof value === "object" ? value : { $cel: JSON.stringify(value) };
  if (to === "expression" && segments.length > 0) {
    const [only] = segments;
    if (segments.length === 1 && only && "expression" in only) return value;
    return {
      $cel: segments
        .map((segment) => ("text" in segment ? JSON.stringify(segment.text) : `string(${segment.expression})`))
        .join(" + "),
    };
  }
  return value;
}

/** Where the data of a pipeline comes from. */
function sourceOf(value: Json | undefined): Json | undefined {
  const [first] = (value as { readonly $map: readonly { readonly from?: Json }[] }).$map;
  return modeOf(first?.from) === "fixed" ? undefined : first?.from;
}
