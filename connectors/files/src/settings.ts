import { type Static, t } from "@mortise/sdk";

/** What a connection of this connector is configured with. */
export const filesSettings = t.Object({
  root: t.Optional(
    t.String({
      title: "Folder",
      description: "Folder that relative paths start at. Absent: the deployment's. Paths cannot leave it.",
      minLength: 1,
      "x-placeholder": "data/inbox",
    }),
  ),
});

export type FilesSettings = Static<typeof filesSettings>;
