import type { AuthScheme, Diagnostic, Json } from "@mortise/contract";

/** The settings that a scheme requires and a connection does not have. Without them nobody knows where the credential may go. */
export function missingSettings(scheme: AuthScheme, settings: { readonly [name: string]: Json }): readonly Diagnostic[] {
  return (scheme.requires ?? []).flatMap((name) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (value !== undefined && value !== null && value !== "") return [];
    return [
      {
        code: "MISSING_KEY" as const,
        severity: "error" as const,
        path: `/settings/${name}`,
        message: `The setting ${name} is missing; a connection with a credential (${scheme.kind}) needs it, as it says where the credential may go.`,
        fix: { title: `Set ${name}, or use the connection without a credential.` },
      },
    ];
  });
}
