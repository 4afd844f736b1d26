import type { Check } from "./check.ts";
import { authTest } from "./checks/auth-test.ts";
import { bodies } from "./checks/bodies.ts";
import { compatibility } from "./checks/compatibility.ts";
import { connectionLabel } from "./checks/connection-label.ts";
import { dateTimes } from "./checks/date-times.ts";
import { effects } from "./checks/effects.ts";
import { errorMap } from "./checks/error-map.ts";
import { eventShapes } from "./checks/event-shapes.ts";
import { fittingValues } from "./checks/fitting-values.ts";
import { hiddenRequired } from "./checks/hidden-required.ts";
import { hostSettings } from "./checks/host-settings.ts";
import { httpsOnly } from "./checks/https-only.ts";
import { idChoices } from "./checks/id-choices.ts";
import { identity } from "./checks/identity.ts";
import { keyHelp } from "./checks/key-help.ts";
import { knownKeys } from "./checks/known-keys.ts";
import { labels } from "./checks/labels.ts";
import { listOutputs } from "./checks/list-outputs.ts";
import { noCircles } from "./checks/no-circles.ts";
import { noPersonalData } from "./checks/no-personal-data.ts";
import { oauthSafety } from "./checks/oauth-safety.ts";
import { oauthScopes } from "./checks/oauth-scopes.ts";
import { optionSources } from "./checks/option-sources.ts";
import { outputs } from "./checks/outputs.ts";
import { paginationBounds } from "./checks/pagination-bounds.ts";
import { pathParameters } from "./checks/path-parameters.ts";
import { pathTemplates } from "./checks/path-templates.ts";
import { pollTriggers } from "./checks/poll-triggers.ts";
import { publication } from "./checks/publication.ts";
import { rateLimits } from "./checks/rate-limits.ts";
import { recordedAnswers } from "./checks/recorded-answers.ts";
import { references } from "./checks/references.ts";
import { renewal } from "./checks/renewal.ts";
import { revocation } from "./checks/revocation.ts";
import { samples } from "./checks/samples.ts";
import { secretInputs } from "./checks/secret-inputs.ts";
import { soundSchemas } from "./checks/sound-schemas.ts";
import { sourceCode } from "./checks/source-code.ts";
import { timeoutsAndRetries } from "./checks/timeouts-and-retries.ts";
import { tokenRefresh } from "./checks/token-refresh.ts";
import { uniqueFields } from "./checks/unique-fields.ts";
import { uniqueNames } from "./checks/unique-names.ts";
import { webhookSignature } from "./checks/webhook-signature.ts";
import { webhookSubscription } from "./checks/webhook-subscription.ts";

/** Every check, in the order of its id; `checks/` holds a file for each. */
export const checks: readonly Check[] = Object.freeze([
  knownKeys,
  uniqueNames,
  references,
  pathTemplates,
  noCircles,
  soundSchemas,
  fittingValues,
  labels,
  idChoices,
  optionSources,
  uniqueFields,
  hiddenRequired,
  secretInputs,
  hostSettings,
  pathParameters,
  bodies,
  outputs,
  samples,
  recordedAnswers,
  dateTimes,
  listOutputs,
  identity,
  pollTriggers,
  webhookSubscription,
  webhookSignature,
  eventShapes,
  renewal,
  httpsOnly,
  timeoutsAndRetries,
  effects,
  rateLimits,
  errorMap,
  paginationBounds,
  authTest,
  connectionLabel,
  oauthScopes,
  oauthSafety,
  tokenRefresh,
  revocation,
  keyHelp,
  sourceCode,
  noPersonalData,
  publication,
  compatibility,
]);
