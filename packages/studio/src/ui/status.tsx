import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconLoader2,
  IconPlayerPause,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Every state that runs and steps can be in. */
export type StatusName = "running" | "waiting" | "paused" | "succeeded" | "failed" | "skipped" | "cancelled" | "warning";

const ICONS = {
  running: IconLoader2,
  waiting: IconClock,
  paused: IconPlayerPause,
  succeeded: IconCircleCheck,
  failed: IconCircleX,
  skipped: IconCircleDashed,
  cancelled: IconBan,
  warning: IconAlertTriangle,
} as const;

/** A state as icon, word and colour; `iconOnly` keeps the word for screen readers. */
export function Status({
  status,
  iconOnly = false,
  size = 16,
}: {
  readonly status: StatusName;
  readonly iconOnly?: boolean;
  readonly size?: number;
}) {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  return (
    <span className="status" data-status={status}>
      <Icon size={size} stroke={2} aria-hidden className={status === "running" ? "status-turning" : undefined} />
      <span className={iconOnly ? "m-hidden" : undefined}>{t(`status.${status}`)}</span>
    </span>
  );
}
