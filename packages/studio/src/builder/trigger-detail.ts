import type { Trigger } from "@mortise/workflow";
import type { TFunction } from "i18next";

/** One line about how a workflow starts. */
export function triggerDetail(trigger: Trigger, t: TFunction): string {
  const text = (key: string) => (typeof trigger.with?.[key] === "string" ? (trigger.with[key] as string) : undefined);
  if (trigger.use === "schedule")
    return [text("cron"), text("timeZone")].filter(Boolean).join(" · ") || t("trigger.schedule.unset");
  if (trigger.use === "webhook") return text("path") ?? t("trigger.webhook.detail");
  if (trigger.use === "manual") return t("trigger.manual.detail");
  return text("folder") ?? text("title") ?? text("workflow") ?? trigger.connection ?? trigger.use;
}
