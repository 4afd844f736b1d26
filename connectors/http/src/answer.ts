import { type Recorded, t } from "@mortise/sdk";

/** What every call gives back. */
export const answer = t.Object({
  status: t.Integer({ title: "Status" }),
  headers: t.Record(t.String(), t.String(), { title: "Headers" }),
  body: t.Unknown({
    title: "Body",
    description:
      "Decoded by its content type: JSON, JSON lines, CSV, XML and events as data, other text as text, anything else as base64.",
  }),
});

/** The response as it came. */
export function toAnswer($: {
  readonly response: Recorded<{
    readonly status: number;
    readonly headers: { readonly [name: string]: string };
    readonly body: unknown;
  }>;
}) {
  return { status: $.response.status, headers: $.response.headers, body: $.response.body };
}
