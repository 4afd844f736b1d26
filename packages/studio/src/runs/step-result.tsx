import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Status } from "../ui/status.tsx";
import type { StepView } from "./run-state.ts";
import { StepDetail } from "./step-detail.tsx";

/** How a node went; where it ran many times, each execution can be chosen. */
export function StepResult({ steps }: { readonly steps: readonly StepView[] }) {
  const { t } = useTranslation();
  const [path, setPath] = useState<string>();
  const shown = steps.find((step) => step.path === path) ?? steps.find((step) => step.status === "failed") ?? steps[0];
  if (!shown) return null;
  return (
    <>
      {steps.length > 1 && (
        <Select
          label={t("run.execution")}
          data={steps.map((step) => ({ value: step.path, label: `${step.path} · ${t(`status.${step.status}`)}` }))}
          value={shown.path}
          allowDeselect={false}
          searchable
          onChange={(next) => setPath(next ?? undefined)}
        />
      )}
      <Status status={shown.status} />
      <StepDetail key={shown.path} step={shown} />
    </>
  );
}
