import { useTranslation } from "react-i18next";

/** Marks a run whose systems were simulated. */
export function SimulatedMark() {
  const { t } = useTranslation();
  return (
    <span className="tag" data-simulated title={t("run.simulatedHelp")}>
      {t("run.simulated")}
    </span>
  );
}
