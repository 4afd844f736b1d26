export { isMortiseError, type Json, type JsonObject, MortiseError } from "@mortise/contract";
export { type Static, type TObject, type TSchema, Type as t } from "typebox";
export {
  type AuthOptions,
  all,
  apiKey,
  appInstall,
  awsSigV4,
  basic,
  bearer,
  custom,
  digest,
  fields,
  jwt,
  mtls,
  none,
  oauth1,
  oauth2,
  session,
  signature,
} from "./auth-schemes.ts";
export { code } from "./code-body.ts";
export type {
  Bytes,
  BytesEncoding,
  CodeContext,
  CodeCrypto,
  CodeEncoding,
  CodeFailureClass,
  CodeFunction,
  CodeHmac,
  CodeHttp,
  CodeHttpRequest,
  CodeHttpResponse,
  CodeLog,
  CodePage,
  CodePageFunction,
  CodePageResult,
  CodeState,
  HashName,
} from "./code-context.ts";
export type { CodeBundle, Connector } from "./connector.ts";
export { contractJson } from "./contract-json.ts";
export { type ConnectorSpec, defineConnector } from "./define-connector.ts";
export { cel, type Expression, type TextTemplate } from "./expression.ts";
export type { FileAccess, NativeBinding, NativeCall, NativeContext, NativePage, NativeStream, NetworkTarget } from "./native.ts";
export { type ItemOf, type NativeSpec, native } from "./native-body.ts";
export {
  type DefinedOperation,
  type FollowUp,
  type JobScope,
  type OperationSpec,
  operation,
  type PartitionRecording,
  type RecordedCall,
  type Unshaped,
  type WaitRecording,
} from "./operation.ts";
export { type OutcomeBuilder, type OutcomeMatch, type OutcomeMessage, on } from "./outcomes.ts";
export { type Recordable, type Recorded, type Recording, type RecordingFunction, text } from "./record.ts";
export {
  type AllowedHole,
  del,
  get,
  type HolesOf,
  head,
  options,
  type PathParts,
  patch,
  post,
  put,
  type RequestBuilder,
  type RequestParts,
  type RequestScope,
  type RequestSpec,
  type ResponseScope,
} from "./request.ts";
export { type SearchOrCreateSpec, searchOrCreate } from "./search-or-create.ts";
export {
  type DefinedStream,
  type StreamContext,
  type StreamDelivery,
  type StreamListener,
  type StreamSpec,
  streamTrigger,
} from "./stream-trigger.ts";
export { type PollSpec, pollTrigger, type TriggerSpec, type WebhookSpec, webhookTrigger } from "./triggers.ts";
export { writeContract } from "./write-contract.ts";
