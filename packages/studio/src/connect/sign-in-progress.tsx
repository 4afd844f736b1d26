import "./connect.css";
import "../text/connect-texts.ts";
import { Alert, Button, Loader } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/request.ts";
import type { SignInPhase } from "./use-sign-in.ts";

/** What a page says while a window of its sign-in is open, and how it went. Says nothing where none was begun. */
export function SignInProgress(props: {
  readonly phase: SignInPhase;
  readonly onStop: () => void;
  /** Whether what came is used. */
  readonly onChoose: (replace: boolean) => void;
}) {
  const { phase, onStop } = props;
  const { t } = useTranslation();
  switch (phase.kind) {
    case "idle":
    case "starting":
      return null;
    case "blocked":
      return (
        <Alert color="yellow" variant="outline" role="status" title={t("signIn.blocked")}>
          <Button size="compact-sm" mt={4} onClick={() => globalThis.location.assign(phase.url)}>
            {t("signIn.here")}
          </Button>
        </Alert>
      );
    case "waiting":
      return (
        <div className="sign-in-progress" role="status">
          <Loader size={18} aria-hidden />
          <span className="sign-in-progress-words">
            <span>{t("signIn.waiting")}</span>
            <span className="m-meta">{t("signIn.waitingHelp")}</span>
          </span>
          <Button variant="default" size="compact-sm" onClick={onStop}>
            {t("signIn.stop")}
          </Button>
        </div>
      );
    case "asked": {
      const { message = "", label = "", previousLabel } = phase.result ?? {};
      return (
        <div className="sign-in-outcome sign-in-question" role="alert" data-tone="warning" ref={scrollTo}>
          <IconUserQuestion size={20} aria-hidden />
          <span>
            {message}
            <span className="sign-in-choice">
              <Button variant="default" size="compact-sm" onClick={() => props.onChoose(false)}>
                {previousLabel === undefined ? t("connect.useNone") : t("connect.keepBefore", { label: previousLabel })}
              </Button>
              <Button size="compact-sm" onClick={() => props.onChoose(true)}>
                {label === "" ? t("connect.useThis") : t("connect.useNew", { label })}
              </Button>
            </span>
          </span>
        </div>
      );
    }
    case "ended":
      return (
        <Alert
          color={
            phase.status === "cancelled" ? "gray" : phase.status !== "done" ? "red" : phase.result?.works ? "green" : "yellow"
          }
          variant="outline"
          role="status"
          title={phase.status === "expired" ? t("connect.expired") : (phase.result?.message ?? t("connect.cancelled"))}
        />
      );
    case "broken": {
      const { error } = phase;
      return (
        <Alert color="red" variant="outline" role="alert" title={error.message}>
          {error instanceof ApiProblem && error.diagnostics.map(({ path, message }) => <p key={path}>{message}</p>)}
          {error instanceof ApiProblem && error.remedy}
        </Alert>
      );
    }
  }
}

/** A question at the end of a long form is not to be missed. */
const scrollTo = (element: HTMLElement | null) => element?.scrollIntoView({ block: "center" });
