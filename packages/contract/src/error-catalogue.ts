/** Who has to act. */
export type Who = "author" | "builder" | "owner" | "operator" | "vendor" | "mortise";

/** What kind of trouble it is; decides the outcome of a call. */
export type Category = "config" | "credential" | "poison" | "transient" | "bug";

/** One row of the error catalogue. */
export interface CatalogueEntry {
  readonly category: Category;
  readonly who: Who;
  readonly retryable: boolean;
  /** One sentence: what it means. */
  readonly meaning: string;
  /** What to do next. */
  readonly remedy: string;
  /** Retired codes stay listed and are never used again. */
  readonly retired?: true;
}

const entry = (category: Category, who: Who, retryable: boolean, meaning: string, remedy: string): CatalogueEntry =>
  Object.freeze({ category, who, retryable, meaning, remedy });

/** Every code that Mortise can emit, in errors and in diagnostics. The docs page is generated from it. */
export const CATALOGUE = Object.freeze({
  // documents
  UNREADABLE_FILE: entry("config", "builder", false, "A file could not be read.", "Check the path and the permissions."),
  UNWRITABLE_FILE: entry(
    "config",
    "builder",
    false,
    "A file could not be written.",
    "Check the path, the permissions and the space on the disk.",
  ),
  INVALID_JSON: entry("config", "builder", false, "The text is not valid JSON.", "Mend the syntax at the line given."),
  INVALID_DOCUMENT: entry("config", "builder", false, "The document breaks its schema.", "Mend the place given."),
  UNKNOWN_KEY: entry(
    "config",
    "builder",
    false,
    "A key is not in the closed vocabulary.",
    "Remove it, or use the nearest key that is suggested.",
  ),
  MISSING_KEY: entry("config", "builder", false, "A required key is missing.", "Add it."),
  WRONG_TYPE: entry(
    "config",
    "builder",
    false,
    "A value has another type than its place needs.",
    "Convert it or pick another value.",
  ),
  INVALID_VALUE: entry(
    "config",
    "builder",
    false,
    "A value is outside of what its place allows.",
    "Use one of the allowed values.",
  ),
  UNKNOWN_REFERENCE: entry(
    "config",
    "builder",
    false,
    "A name refers to nothing that exists.",
    "Use the nearest name that is suggested.",
  ),
  DUPLICATE_NAME: entry("config", "builder", false, "A name is used twice where it must be unique.", "Rename one of them."),
  INVALID_EXAMPLE: entry(
    "config",
    "author",
    false,
    "An example breaks the schema it illustrates.",
    "Mend the example or the schema.",
  ),
  UNSAFE_CONTRACT: entry("config", "author", false, "A contract declares something that weakens safety.", "Follow the message."),
  // workflows
  UNKNOWN_NODE: entry(
    "config",
    "builder",
    false,
    "A node or step of that name does not exist.",
    "Use the nearest name that is suggested.",
  ),
  UNKNOWN_OPERATION: entry(
    "config",
    "builder",
    false,
    "No installed connector has that operation.",
    "Use the nearest name that is suggested, or install the connector.",
  ),
  CYCLIC_GRAPH: entry(
    "config",
    "builder",
    false,
    "Nodes wait for each other in a circle.",
    "Remove one of the `after` entries named.",
  ),
  UNREACHABLE_NODE: entry("config", "builder", false, "A node can never run.", "Connect it or remove it."),
  MISSING_CONNECTION: entry(
    "config",
    "builder",
    false,
    "An operation needs a connection and none is given.",
    "Choose or create one.",
  ),
  UNSAFE_RETRY: entry(
    "config",
    "builder",
    false,
    "A write that is not safe to repeat would be retried.",
    "Drop the retry, or use an operation with an idempotency key.",
  ),
  INVALID_SCHEDULE: entry(
    "config",
    "builder",
    false,
    "A schedule cannot be read.",
    "Use five cron fields and an IANA time zone.",
  ),
  // expressions
  EXPRESSION_SYNTAX: entry("config", "builder", false, "An expression cannot be parsed.", "Mend it at the position given."),
  EXPRESSION_TYPE: entry("config", "builder", false, "An expression combines types that do not fit.", "Convert one side."),
  EXPRESSION_UNKNOWN_NAME: entry(
    "config",
    "builder",
    false,
    "An expression uses a name that does not exist.",
    "Use the nearest name that is suggested.",
  ),
  EXPRESSION_FAILED: entry(
    "poison",
    "builder",
    false,
    "An expression failed on this item's data.",
    "Guard it, for example with `has(…)` or a default.",
  ),
  EXPRESSION_LIMIT: entry(
    "poison",
    "builder",
    false,
    "An expression used more steps, time or output than allowed.",
    "Make it smaller, or split the data first.",
  ),
  TRANSFORM_FAILED: entry("poison", "builder", false, "A transformer failed on this item's data.", "Look at the value named."),
  // calls
  CONNECTOR_NOT_FOUND: entry(
    "config",
    "builder",
    false,
    "No connector of that name and version is installed.",
    "Install it, or use the nearest name.",
  ),
  CONNECTOR_NOT_TRUSTED: entry(
    "config",
    "operator",
    false,
    "A connector with native code is from a publisher that is not trusted here.",
    "Trust the publisher in the deployment's configuration.",
  ),
  CONNECTION_NOT_FOUND: entry("config", "owner", false, "No connection of that name exists.", "Create it, or name another."),
  CONNECTION_PAUSED: entry("config", "owner", false, "The connection is paused.", "Mend what paused it, then resume it."),
  CONNECTOR_PAUSED: entry("config", "operator", false, "The connector is paused.", "Ask whoever paused it to resume it."),
  CONNECTOR_KILLED: entry(
    "config",
    "operator",
    false,
    "The deployment's kill list takes the publisher, the connector, its version or the operation out of use.",
    "Read the reason; use another version, or ask whoever keeps the kill list.",
  ),
  FEATURE_OFF: entry(
    "config",
    "operator",
    false,
    "The operation is behind a feature flag that is off for this tenant.",
    "Ask whoever keeps the flags to turn it on.",
  ),
  DRAINING: entry(
    "transient",
    "operator",
    true,
    "What should run the call is being shut down and takes no new calls; nothing was sent.",
    "Try again, where others do the work or once it is back.",
  ),
  QUARANTINED: entry(
    "transient",
    "author",
    true,
    "Code of the connector broke so often that it is out of use for a while; it was not run.",
    "Tell the connector's author; release it by hand when it is mended, or wait for the next probe.",
  ),
  HOOK_REFUSED: entry("config", "operator", false, "A hook of the deployment refused the call.", "Read the hook's reason."),
  HOOK_FAILED: entry(
    "config",
    "operator",
    false,
    "A hook of the deployment failed, took too long, or returned what is not allowed at its point.",
    "Tell the platform team; the message names the hook.",
  ),
  DEADLINE_EXCEEDED: entry("transient", "vendor", true, "The call ran out of time.", "Try later, or raise the limit."),
  JOB_TIMEOUT: entry(
    "transient",
    "vendor",
    false,
    "A job at the other system did not end in time; it may still be going on.",
    "Look at the job in the other system, or raise the limit.",
  ),
  CALL_CANCELLED: entry("transient", "builder", true, "The call was cancelled.", "Run it again."),
  OVERLOADED: entry("transient", "operator", true, "Too much work is queued.", "Try later."),
  INVALID_INPUT: entry("poison", "builder", false, "The input breaks the operation's schema.", "Mend the field named."),
  INVALID_OUTPUT: entry(
    "poison",
    "author",
    false,
    "The answer does not fit the operation's schema (drift).",
    "Tell the connector's author; the vendor may have changed its API.",
  ),
  CALL_REJECTED: entry("poison", "builder", false, "The other system rejected this item.", "Read its message and mend the item."),
  NOT_FOUND: entry("poison", "builder", false, "The other system has no such thing.", "Check the identifier."),
  CONFLICT: entry(
    "poison",
    "builder",
    false,
    "The other system's state conflicts with the item.",
    "Read the current state and decide.",
  ),
  THROTTLED: entry(
    "transient",
    "vendor",
    true,
    "The other system limits the rate.",
    "Wait until the time given; lower the budget if it happens often.",
  ),
  TARGET_SICK: entry("transient", "vendor", true, "The other system failed or could not be reached.", "Try later."),
  AUTH_FAILED: entry("credential", "owner", false, "The other system did not accept the credential.", "Connect again."),
  MISCONFIGURED: entry("config", "owner", false, "The connection's settings do not work.", "Mend the setting named."),
  UNKNOWN_OUTCOME: entry(
    "transient",
    "owner",
    false,
    "A write was sent and no answer came; it may or may not have taken effect.",
    "Look in the other system, then decide: done, or run again.",
  ),
  RETRY_BUDGET_EXHAUSTED: entry(
    "transient",
    "vendor",
    true,
    "Too many retries in a short time.",
    "Wait; the target is probably sick.",
  ),
  CIRCUIT_OPEN: entry(
    "transient",
    "vendor",
    true,
    "The other system failed so often that it is left alone for a while; the call was not sent.",
    "Wait until the time given; see whether the other system reports an outage.",
  ),
  EGRESS_DENIED: entry(
    "config",
    "operator",
    false,
    "The call would go to a place that is not allowed.",
    "Add the host to the connector's hosts, or allow it in the deployment's configuration.",
  ),
  FILE_NOT_ALLOWED: entry(
    "config",
    "operator",
    false,
    "The file is outside of the allowed folders.",
    "Move it, or allow the folder in the deployment's configuration.",
  ),
  FILE_NOT_FOUND: entry("poison", "builder", false, "The file does not exist.", "Check the path."),
  FILE_MALFORMED: entry(
    "poison",
    "builder",
    false,
    "The file breaks its format at the line given.",
    "Mend the line, or allow lenient reading.",
  ),
  UNSAFE_ORIGINS: entry(
    "config",
    "operator",
    false,
    "Calls go to other origins than they say, without TLS: a runtime was created with unsafeOrigins.",
    "Only for simulators and tests; take the option away anywhere else.",
  ),
  NOT_SIMULATED: entry(
    "config",
    "builder",
    false,
    "A step cannot be tried with simulated systems: it runs code or a driver of its own.",
    "Run with real systems, or try the workflow without this step.",
  ),
  NOT_EXPRESSIBLE: entry(
    "config",
    "author",
    false,
    "The other format has no words for a part of this document.",
    "Leave the part out, or say it in another way.",
  ),
  CODE_FAILED: entry(
    "poison",
    "author",
    false,
    "Code of the connector failed, or returned something that is not allowed.",
    "Tell the connector's author; the message has the line and column.",
  ),
  CODE_TIMEOUT: entry(
    "poison",
    "author",
    false,
    "Code of the connector used more time than it may.",
    "Tell the connector's author; the limits are in the message.",
  ),
  STREAM_CHANGED: entry(
    "poison",
    "builder",
    false,
    "The source changed while it was being read.",
    "Run again on a source that holds still.",
  ),
  // releases
  VERSION_TOO_SMALL: entry(
    "config",
    "author",
    false,
    "The version of a connector promises less change than there is.",
    "Use the version that is named.",
  ),
  MIGRATION_MISSING: entry(
    "config",
    "author",
    false,
    "A breaking change has no migration that mends it.",
    "Add one, or a waiver with a reason.",
  ),
  MIGRATION_FAILED: entry(
    "poison",
    "author",
    false,
    "What was made for an older major version cannot be carried over to the newer one.",
    "Mend the migration at the place named, or use the newer version's own form.",
  ),
  OPERATION_REMOVED: entry(
    "config",
    "builder",
    false,
    "A newer major version does not have this operation any more.",
    "Do what the message says, or install the older version.",
  ),
  REMOVED_WITHOUT_NOTICE: entry(
    "config",
    "author",
    false,
    "Something goes that was not deprecated in the version before.",
    "Release a version first in which it is deprecated.",
  ),
  WAIVER_EXPIRED: entry(
    "config",
    "author",
    false,
    "A waiver covers nothing any more.",
    "Mend what it covered, or renew it with a reason.",
  ),
  // runs
  RUN_FAILED: entry("poison", "builder", false, "A run ended in an error that nothing caught.", "Look at the failed step."),
  RUN_NOT_FOUND: entry("config", "builder", false, "No run of that id exists.", "List the runs."),
  RUN_CANCELLED: entry("config", "builder", false, "The run was cancelled.", "Run it again."),
  WORKFLOW_FAILED_ITSELF: entry("poison", "builder", false, "The workflow reached a fail node.", "Read its message."),
  LIMIT_EXCEEDED: entry("poison", "builder", false, "A size or count limit was reached.", "Split the work, or stream it."),
  // the vault
  VAULT_UNAVAILABLE: entry(
    "transient",
    "operator",
    true,
    "The vault's keys, or its audit, cannot be reached: no secret is handed out.",
    "Check the key provider and the database; `mortise doctor` says which provider is in use.",
  ),
  VAULT_KEY_REFUSED: entry(
    "config",
    "operator",
    false,
    "The key that a secret was sealed with is unknown here, disabled, destroyed, or of another region.",
    "Bring the key back, or enter the credential again.",
  ),
  SECRET_TAMPERED: entry(
    "config",
    "operator",
    false,
    "A sealed secret is not what was stored: its bytes, its place or its version were changed.",
    "Find out who wrote to the database, then enter the credential again.",
  ),
  AUDIT_BROKEN: entry(
    "config",
    "operator",
    false,
    "The audit's chain is broken at the entry named.",
    "Find out who wrote to the database; entries before the one named are as they were written.",
  ),
  // deployment
  DATABASE_UNAVAILABLE: entry(
    "transient",
    "operator",
    true,
    "The database cannot be reached.",
    "Check the address and that it runs.",
  ),
  DATA_IN_USE: entry(
    "config",
    "operator",
    false,
    "Another Mortise process uses this data folder.",
    "Use the running one, or another folder.",
  ),
  PORT_IN_USE: entry("config", "operator", false, "The port is taken.", "Choose another port."),
  NOT_SIGNED_IN: entry(
    "credential",
    "builder",
    false,
    "The request carries no valid session or token.",
    "Sign in with the link that the server printed.",
  ),
  NOT_ALLOWED: entry("config", "operator", false, "The request is not allowed.", "Ask an administrator."),
  INVALID_REQUEST: entry(
    "config",
    "builder",
    false,
    "The server has no such place, or the request does not fit it.",
    "Mend the request.",
  ),
  WORKFLOW_NOT_FOUND: entry("config", "builder", false, "No workflow of that id exists.", "List the workflows."),
  REVISION_CONFLICT: entry(
    "config",
    "builder",
    false,
    "Somebody else saved a newer revision meanwhile.",
    "Look at the newer revision, then save on top of it.",
  ),
  USAGE: entry("config", "builder", false, "The command line is wrong.", "See --help."),
  INTERNAL: entry("bug", "mortise", false, "Mortise made a mistake.", "Report it with the run id."),
} as const satisfies Record<string, CatalogueEntry>);

/** A code of the catalogue. */
export type ErrorCode = keyof typeof CATALOGUE;
