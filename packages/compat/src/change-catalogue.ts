import type { Level } from "./change.ts";

/** What is said about one kind of change. */
export interface ChangeKind {
  readonly level: Level;
  /** What it means, one sentence. */
  readonly meaning: string;
  /** What to do: for a breaking change how to avoid or mend it. */
  readonly remedy: string;
  /** Part of a migration that can mend it. Absent: none can, or there is nothing to mend. */
  readonly mend?: Mend;
}

/** A part of a migration: of an operation's or trigger's entry, or of the migration itself. */
export type Mend = "input" | "output" | "operation" | "settings" | "auth";

/** Where a schema stands: values flow into `input`, `setting` and `credential`, and out of `output`. */
export type Side = "input" | "output" | "setting" | "credential";

type Facets = typeof FACETS;
/** What can change in a schema, whatever side it stands on. */
export type Facet = keyof Facets;

const major = "major";
const minor = "minor";

/** By facet: meaning, level where values flow in, level where they flow out. */
const FACETS = {
  "field-removed": ["A field is gone, or has another name.", major, major],
  "field-added": ["A field is new, and may be left out.", minor, minor],
  "field-added-required": ["A field is new and must be there.", major, minor],
  "field-required": ["A field that could be left out must be there.", major, minor],
  "field-defaulted": ["A field must be there; where it is not, its default is used.", minor, minor],
  "field-optional": ["A field that was always there may be missing.", minor, major],
  "shape-changed": ["A list became a single value, or the other way round.", major, major],
  "type-changed": ["A value has another type.", major, major],
  "type-narrowed": ["A value has fewer types than before.", major, minor],
  "type-widened": ["A value has more types than before.", minor, major],
  "null-added": ["A value may be null.", minor, major],
  "null-removed": ["A value may not be null any more.", major, minor],
  "enum-value-removed": ["A listed value is gone.", major, minor],
  "enum-value-added": ["A listed value is new.", minor, major],
  "enum-introduced": ["Only listed values are left, where anything went.", major, minor],
  "enum-dropped": ["Values are not listed any more.", minor, major],
  "bound-tightened": ["A bound of length, size or count allows less.", major, minor],
  "bound-loosened": ["A bound of length, size or count allows more.", minor, major],
  "format-added": ["A text must be of a format.", major, minor],
  "format-removed": ["A text is of no format any more.", minor, major],
  "format-changed": ["A value has another format.", major, major],
  "pattern-added": ["A text must match a pattern.", major, minor],
  "pattern-removed": ["A text need not match a pattern any more.", minor, major],
  "pattern-changed": ["A text must match another pattern.", major, major],
  "fields-closed": ["Fields that are not declared are refused.", major, minor],
  "fields-opened": ["Fields that are not declared are accepted.", minor, minor],
  "choice-removed": ["One of several shapes is gone.", major, minor],
  "choice-overlapping": ["One of several shapes may fit where another does, and only one of them may.", major, minor],
  "choice-added": ["One of several shapes is new.", minor, major],
  "condition-added": ["A further condition holds.", major, minor],
  "condition-removed": ["A condition holds no more.", minor, major],
  "condition-changed": ["A condition is another, and which values pass cannot be told.", major, major],
  "data-class-raised": ["Data counts as more sensitive, so policies may stop it.", major, major],
  "data-class-lowered": ["Data counts as less sensitive.", minor, minor],
  "default-added": ["What is left out now has a default.", minor, minor],
  "default-changed": ["What is left out has another default, so the same call does something else.", major, minor],
  "default-removed": ["What is left out has no default any more.", major, minor],
} as const satisfies { readonly [facet: string]: readonly [string, Level, Level] };

type SchemaChangeId = `${Side}-${Facet}`;

const SIDES: { readonly [side in Side]: { readonly what: string; readonly mend?: Mend; readonly remedy: string } } = {
  input: {
    what: "Input of an operation or trigger",
    mend: "input",
    remedy: "Keep accepting what was accepted, or raise the major version and migrate `input`.",
  },
  output: {
    what: "Output of an operation, or event of a trigger",
    mend: "output",
    remedy: "Keep giving what was given, or raise the major version and give the old output in the migration's `output`.",
  },
  setting: {
    what: "Setting of a connection",
    mend: "settings",
    remedy: "Keep accepting what was accepted, or raise the major version and migrate `settings`.",
  },
  credential: {
    what: "Field of a credential",
    remedy: "Keep the scheme as it is and add the new one beside it, or raise the major version: people must connect again.",
  },
};

/** Changes that are not about a schema. */
const OTHERS = {
  "connector-renamed": kind(major, "The connector has another name.", "Publish it as a connector of its own."),
  "publisher-changed": kind(
    major,
    "Another publisher answers for the connector.",
    "Raise the major version: whoever trusted the old one must decide anew.",
  ),
  "interface-removed": kind(
    major,
    "It does not implement an interface any more.",
    "Keep the interface, or raise the major version.",
  ),
  "interface-added": kind(minor, "It implements one more interface.", "Raise the minor version."),
  "host-added": kind(
    major,
    "Calls may go to a host that nobody agreed to.",
    "Raise the major version: operators must allow the host.",
  ),
  "host-removed": kind(minor, "Calls go to fewer hosts.", "Raise the minor version."),
  "base-url-changed": kind(major, "Calls of an operation go to another server.", "Raise the major version: data goes elsewhere."),
  "operation-removed": kind(
    major,
    "An operation is gone, or has another name.",
    "Deprecate it a version before; then say in the migration what takes its place.",
    "operation",
  ),
  "operation-added": kind(minor, "An operation is new.", "Raise the minor version."),
  "operation-retired": kind(
    major,
    "An operation is retired: calls of it are refused.",
    "Deprecate it a version before; then say in the migration what takes its place.",
    "operation",
  ),
  "operation-deprecated": kind(minor, "An operation should not be used any more.", "Raise the minor version."),
  "lifecycle-lowered": kind(minor, "An operation promises less stability than before.", "Raise the minor version."),
  "lifecycle-raised": kind(minor, "An operation promises more stability than before.", "Raise the minor version."),
  "effect-raised": kind(
    major,
    "An operation does more to the other system than before.",
    "Make it an operation of its own, or raise the major version.",
  ),
  "effect-lowered": kind(minor, "An operation does less to the other system than before.", "Raise the minor version."),
  "idempotency-weakened": kind(
    major,
    "A repeat that was safe is not safe any more.",
    "Keep the key, or raise the major version.",
  ),
  "idempotency-strengthened": kind(minor, "A repeat is safe that was not.", "Raise the minor version."),
  "reversibility-lost": kind(
    major,
    "What an operation does cannot be undone any more.",
    "Keep the operation that undoes it, or raise the major version.",
  ),
  "reversibility-added": kind(minor, "What an operation does can be undone.", "Raise the minor version."),
  "scope-added": kind(
    major,
    "A credential needs a scope more, so people must consent again.",
    "Make it an operation of its own, or raise the major version.",
  ),
  "scope-removed": kind(minor, "A credential needs a scope less.", "Raise the minor version."),
  "operation-auth-narrowed": kind(
    major,
    "An operation refuses an auth scheme that it accepted.",
    "Keep accepting it, or raise the major version.",
  ),
  "operation-auth-widened": kind(minor, "An operation accepts one more auth scheme.", "Raise the minor version."),
  "identity-changed": kind(
    major,
    "Other fields tell whether two items are the same, so known items look new.",
    "Keep the identity, or raise the major version.",
  ),
  "identity-added": kind(minor, "Fields are named that tell whether two items are the same.", "Raise the minor version."),
  "order-changed": kind(
    major,
    "Items are not known to come in ascending order any more.",
    "Keep the order, or raise the major version.",
  ),
  "order-promised": kind(minor, "Items are known to come in ascending order.", "Raise the minor version."),
  "cursor-changed": kind(
    major,
    "A state that was saved for the next read does not fit.",
    "Keep the cursor, or raise the major version.",
  ),
  "incremental-added": kind(minor, "A read can go on where the last one ended.", "Raise the minor version."),
  "stream-removed": kind(major, "A list cannot be streamed any more.", "Keep `stream`, or raise the major version."),
  "stream-changed": kind(
    major,
    "The list that is streamed is elsewhere, or cannot be resumed.",
    "Keep `stream` as it was, or raise the major version.",
  ),
  "stream-added": kind(minor, "A list can be streamed, or resumed.", "Raise the minor version."),
  "page-size-changed": kind(
    major,
    "A page holds another number of items by default.",
    "Keep the page size, or raise the major version.",
  ),
  "page-bound-lowered": kind(
    major,
    "A list ends after fewer pages or items than before.",
    "Keep the bound, or raise the major version.",
  ),
  "page-bound-raised": kind(minor, "A list ends after more pages or items than before.", "Raise the minor version."),
  "search-or-create-removed": kind(
    major,
    "A pair of search and create is gone.",
    "Keep the pair, or raise the major version.",
    "operation",
  ),
  "body-kind-raised": kind(
    major,
    "An operation runs code where it was data, or native code where it ran in the sandbox.",
    "Raise the major version: operators must trust it anew.",
  ),
  "body-kind-lowered": kind(minor, "An operation needs less trust than before.", "Raise the minor version."),
  "capability-added": kind(
    major,
    "An operation's code is given more than before.",
    "Raise the major version: operators must agree to it.",
  ),
  "capability-removed": kind(minor, "An operation's code is given less than before.", "Raise the minor version."),
  "budget-tightened": kind(major, "Fewer calls are possible in the same time.", "Keep the limit, or raise the major version."),
  "budget-loosened": kind(minor, "More calls are possible in the same time.", "Raise the minor version."),
  "timeout-lowered": kind(minor, "A call is given up earlier.", "Raise the minor version."),
  "outcomes-changed": kind(minor, "Answers are told apart by other rules.", "Raise the minor version."),
  "trigger-removed": kind(
    major,
    "A trigger is gone, or has another name.",
    "Deprecate it a version before; then say in the migration what takes its place.",
    "operation",
  ),
  "trigger-added": kind(minor, "A trigger is new.", "Raise the minor version."),
  "trigger-kind-changed": kind(
    major,
    "A trigger polls where it was told, or is told where it polled.",
    "Add a trigger beside it, or raise the major version.",
  ),
  "trigger-source-changed": kind(
    major,
    "A trigger polls another operation, so known events look new.",
    "Keep the source, or raise the major version.",
  ),
  "trigger-subscription-changed": kind(
    major,
    "A trigger is subscribed by another operation, or by hand.",
    "Keep the subscription, or raise the major version.",
  ),
  "trigger-signature-changed": kind(
    major,
    "Deliveries of existing subscriptions prove themselves in another way.",
    "Accept both, or raise the major version.",
  ),
  "trigger-timing-changed": kind(minor, "A trigger polls at another pace, or begins elsewhere.", "Raise the minor version."),
  "auth-scheme-removed": kind(
    major,
    "An auth scheme is gone, or has another id.",
    "Keep it, or raise the major version and say in the migration's `auth` what takes its place.",
    "auth",
  ),
  "auth-scheme-added": kind(minor, "An auth scheme is new.", "Raise the minor version."),
  "auth-needed": kind(major, "Calls need a credential that needed none.", "Raise the major version."),
  "auth-kind-changed": kind(major, "An auth scheme is of another kind.", "Add a scheme beside it, or raise the major version."),
  "auth-endpoint-changed": kind(
    major,
    "Tokens come from another place, where the old ones are not known.",
    "Raise the major version: people must connect again.",
  ),
  "auth-origin-added": kind(
    major,
    "Signing in sends a person, or something secret, to a place that nobody agreed to.",
    "Raise the major version: operators must agree to it.",
  ),
  "auth-key-changed": kind(
    major,
    "A scheme signs with a key of another kind, or in another field.",
    "Add a scheme beside it, or raise the major version: people must enter another key.",
  ),
  "auth-binding-changed": kind(
    major,
    "Tokens are bound to a key or a certificate, or are not any more, so those that exist are refused.",
    "Add a scheme beside it, or raise the major version: people must connect again.",
  ),
  "auth-token-added": kind(
    major,
    "Requests carry a further token, which connections that exist do not have.",
    "Add a scheme beside it, or raise the major version: people must connect again.",
  ),
  "auth-kept-removed": kind(
    major,
    "What connecting told is not kept any more, so connections lack the setting.",
    "Keep it, or raise the major version: people must enter it.",
  ),
  "auth-renewal-lost": kind(
    major,
    "Tokens are not renewed any more, so people must connect again each time that one ends.",
    "Keep renewing them, or raise the major version.",
  ),
  "auth-client-narrowed": kind(
    major,
    "Only the deployment's client may be used, where connections could bring their own.",
    "Keep accepting their own, or raise the major version: people must connect again.",
  ),
  "auth-client-widened": kind(minor, "A connection may bring a client of its own.", "Raise the minor version."),
  "auth-connecting-changed": kind(
    minor,
    "People connect in another way; connections that exist go on.",
    "Raise the minor version.",
  ),
  "auth-sending-changed": kind(minor, "A credential is sent in another place.", "Raise the minor version."),
  "auth-setting-required": kind(
    major,
    "An auth scheme needs a setting that it did not need.",
    "Give the setting a default, or raise the major version.",
    "settings",
  ),
  "other-changed": kind("patch", "Something that no workflow can notice is different.", "Raise the patch version."),
} as const satisfies { readonly [id: string]: ChangeKind };

/** Id of a kind of change. */
export type ChangeId = SchemaChangeId | keyof typeof OTHERS;

/** Every kind of change by its id. The page docs/compatibility.md is made from it. */
export const CHANGES: { readonly [id in ChangeId]: ChangeKind } = Object.freeze({ ...schemaChanges(), ...OTHERS });

function schemaChanges(): { readonly [id in SchemaChangeId]: ChangeKind } {
  const entries = (Object.keys(SIDES) as Side[]).flatMap((side) =>
    (Object.keys(FACETS) as Facet[]).map((facet) => {
      const [meaning, inward, outward] = FACETS[facet];
      // A field that is entered and not asked for any more is left over: nothing reads it.
      const isLeftOver = side === "credential" && facet === "field-removed";
      const level: Level = side === "output" ? outward : isLeftOver ? minor : inward;
      const { what, mend, remedy } = SIDES[side];
      const isMendable = mend !== undefined && level === "major" && facet !== "data-class-raised";
      const text = `${what}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`;
      return [
        `${side}-${facet}`,
        {
          level,
          meaning: text,
          remedy: level === "major" ? remedy : "Raise the minor version.",
          ...(isMendable ? { mend } : {}),
        },
      ];
    }),
  );
  return Object.fromEntries(entries) as { readonly [id in SchemaChangeId]: ChangeKind };
}

function kind(level: Level, meaning: string, remedy: string, mend?: Mend): ChangeKind {
  return { level, meaning, remedy, ...(mend === undefined ? {} : { mend }) };
}
