import { keyOf } from "../operations/key-of.ts";

/** Name of the setting for a server variable. */
export const settingName = (variable: string): string => keyOf(variable) ?? "server";
