import { redactBySchema } from "@mortise/auth";
import type { Contract, Diagnostic, Json, JsonObject } from "@mortise/contract";

/**
 * Settings whose schema marks them `x-secret`, as diagnostics with pointers below the settings. Settings are stored and shown in the open, so
 * that a secret is none of them here; a credential's fields are sealed.
 */
export function secretSettings({ title, settings: schema }: Contract, settings: JsonObject): readonly Diagnostic[] {
  return schema === undefined
    ? []
    : changedPlaces(settings, redactBySchema(settings, schema), "").map((path) => fault(title, path));
}

/** Settings as they may be shown: those that were stored by somebody who did not ask here are hidden all the same. */
export function shownSettings(contract: Contract | undefined, settings: JsonObject): Json {
  return contract?.settings === undefined ? settings : redactBySchema(settings, contract.settings);
}

function fault(title: string, path: string): Diagnostic {
  return {
    code: "INVALID_VALUE",
    severity: "error",
    path,
    message: `${title} calls this setting a secret, and settings are stored in the open.`,
    fix: { title: "Leave it out. The connector has to ask for it as a field of a way to sign in." },
  };
}

function changedPlaces(given: Json, shown: Json, path: string): readonly string[] {
  if (given === shown) return [];
  if (given === null || typeof given !== "object" || shown === null || typeof shown !== "object") return [path];
  return Object.entries(given).flatMap(([key, value]) =>
    changedPlaces(
      value as Json,
      (shown as JsonObject)[key] ?? null,
      `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    ),
  );
}
