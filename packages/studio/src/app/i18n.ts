import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "../text/en.ts";

/** Starts the texts. A language is one file in `text/`; English is complete and is what a missing text falls back to. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
