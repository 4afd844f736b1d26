import { Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SignInCard } from "./sign-in-card.tsx";

/** What a window shows from the click on until it is known what it is for. */
export function OpeningPage() {
  const { t } = useTranslation();
  return (
    <SignInCard title={t("connect.opening")}>
      <div className="sign-in-wait">
        <Loader size="sm" aria-hidden />
      </div>
    </SignInCard>
  );
}
