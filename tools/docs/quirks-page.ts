import { QUIRKS } from "../../test/quirks/quirks.ts";
import { quirkScenarios, type Scenario } from "../../test/quirks/scenarios.ts";
import { page } from "./page.ts";

/** `docs/oauth2-quirks.md`: what a contract says about each quirk of OAuth 2.0 providers, and the tests that show it, from their own files. */
export function quirksPage(root: string): string {
  const scenarios = quirkScenarios(root);
  const shown = new Set(scenarios.map(({ quirk }) => quirk));
  const rows = Object.entries(QUIRKS).map(([number, { name, keys, providers }]) => {
    const own = scenarios.filter(({ quirk }) => quirk === Number(number));
    return `| ${number} | ${cell(name)} | ${keys.map((key) => `\`${key}\``).join(", ")} | ${cell(providers)} | ${own.map(shownAs).join("<br>")} |`;
  });
  return page("Quirks of OAuth 2.0", [
    "What real providers do beside the standard, what a contract's `oauth2` scheme says about it (lists' entries without their place), and the scenarios that show it: each runs the real runtime against a scripted provider on loopback, and fails where its scheme does not say one of the keys. The counts are of 981 public providers, 344 of which have an authorization code.",
    `${shown.size} of ${Object.keys(QUIRKS).length} quirks have a scenario; there are ${scenarios.length} scenarios.`,
    ["| # | Quirk | Keys | Providers | Scenarios |", "|---|---|---|---|---|", ...rows].join("\n"),
  ]);
}

const shownAs = ({ file, title }: Scenario): string => `[${file.split("/").at(-1)}](../${file}): ${cell(title)}`;

const cell = (text: string): string => text.replaceAll("|", "\\|");
