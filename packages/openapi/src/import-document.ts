import type { Contract, JsonSchema, JsonSchemaObject, Operation } from "@mortise/contract";
import { schemaAt } from "@mortise/contract/validation";
import { withAwsRegion } from "./aws/aws-auth.ts";
import { awsOperation, awsReason } from "./aws/aws-payload.ts";
import { describeDocument } from "./describe-document.ts";
import type { DocumentSet } from "./document/document-set.ts";
import type { Findings } from "./document/findings.ts";
import { isObject, own } from "./document/loose.ts";
import { child, entries, type Place } from "./document/place.ts";
import type { ImportOptions, ImportReport, UndeclaredOperation } from "./import-openapi.ts";
import { withBudgets } from "./inference/budgets.ts";
import { withTests } from "./inference/connection-test.ts";
import { type ChoiceOperation, fillDynamicSources } from "./inference/dynamic-sources.ts";
import { examplesOf } from "./inference/examples.ts";
import { identityOf, itemAt } from "./inference/identity.ts";
import { FILE_SCHEMA, type ImportContext } from "./operations/import-context.ts";
import { type ImportedOperation, importOperation } from "./operations/import-operation.ts";
import { createOperationNames } from "./operations/operation-name.ts";
import { createSchemaImporter, type Dialect } from "./schemas/schema-importer.ts";
import { usedSchemas } from "./schemas/used-schemas.ts";
import { readAuthSchemes } from "./security/auth-schemes.ts";
import { createRequirements } from "./security/requirements.ts";
import { withTokenAddresses } from "./security/token-addresses.ts";
import type { Address } from "./servers/address.ts";
import { addressOf, settingAddress } from "./servers/address-of.ts";
import { documentServers, readServers, type SourceServer } from "./servers/read-servers.ts";
import { operationPlaces, type Reading, readOperation } from "./source/read-operations.ts";
import type { SourceOperation } from "./source/source-operation.ts";
import { versionOf } from "./source/version.ts";

interface Done {
  readonly contract: Contract | undefined;
  readonly report: ImportReport;
}

/** The steps of an import, once the files are open. */
export function importDocument(documents: DocumentSet, findings: Findings, options: ImportOptions): Done {
  const { root } = documents;
  const dialect = versionOf(root, findings);
  if (dialect === undefined) return { contract: undefined, report: NOTHING };
  const schemas = createSchemaImporter(documents, dialect, findings);
  let fileReference: string | undefined;
  const context: ImportContext = {
    documents,
    dialect,
    findings,
    schemas,
    fileSchema: () => (fileReference ??= schemas.share("FileContent", FILE_SCHEMA)),
  };
  const requirements = createRequirements(readAuthSchemes(documents, findings), child(root, "security"), findings);
  const addresses = createAddresses(root, dialect, options);
  const names = createOperationNames();
  const reading: Reading = { documents, dialect, findings };
  const places = [...operationPlaces(reading)];
  const imported = new Map<string, ImportedOperation>();
  const choices = new Map<string, ChoiceOperation>();
  const skipped: UndeclaredOperation[] = [];
  const ids = new Set<string>();

  for (const [index, each] of places.entries()) {
    options.onProgress?.(index, places.length);
    try {
      const read = readOperation(each, reading);
      const source = awsOperation(read, documents);
      reportDuplicate(source, ids, findings);
      const name = names.take(source.operationId, source.method, source.path);
      const required = requirements.of(source.security);
      const requirement = { ...required, needsCode: required.needsCode ?? awsReason(read, documents) };
      const made = importOperation(source, name, addresses.of(source), requirement, context);
      imported.set(name, made);
      if (source.operationId !== undefined) choices.set(source.operationId, choiceOf(name, made));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      findings.add("error", "INTERNAL", each.place, `the operation could not be imported: ${reason}`);
      skipped.push({ id: `${each.method} ${each.path}`, reason });
    }
  }
  options.onProgress?.(places.length, places.length);

  const lists = fillDynamicSources(schemas.sources, choices, findings);
  const shared = schemas.finish();
  const operations = new Map(
    [...imported].map(([name, { operation, examples }]): [string, Operation] => {
      const { input, output } = operation;
      const needed = lists.find((list) => list.operation === name);
      const streamed: Operation =
        needed !== undefined && operation.stream === undefined
          ? {
              ...operation,
              identity: identityOf(itemAt(output, needed.pointer, schemas), schemas),
              stream: { items: needed.pointer, resume: "none" },
            }
          : operation;
      const shown = examplesOf(examples, { input, output, shared }, schemas, documents, findings);
      return [name, { ...withSoundPointers(streamed, shared), examples: shown }];
    }),
  );
  const needsCode = [...imported].flatMap(([id, { needsCode: reason }]) => (reason === undefined ? [] : [{ id, reason }]));
  const report: ImportReport = {
    operations: places.length,
    declarative: places.length - needsCode.length - skipped.length,
    needsCode,
    skipped,
    review: [...operations].flatMap(([name, { review }]) => (review === undefined ? [] : [name])),
    webhooks: webhooksOf(
      root,
      documents,
      places.map(({ place }) => place),
    ),
  };
  if (operations.size === 0) {
    findings.add("error", "INVALID_DOCUMENT", root, "The document has no operation that could be imported.");
    return { contract: undefined, report };
  }
  const hosts = addresses.hosts();
  const declared = withTokenAddresses(authOf(requirements.schemes(), root, options, findings), hosts);
  const { auth, settings } = withAwsRegion(declared, addresses.settings(), hosts);
  const used = usedSchemas(operations.values(), shared);
  const contract: Contract = {
    ...describeDocument(root, options),
    ...(Object.keys(settings).length === 0 ? {} : { settings: settingsSchema(settings) }),
    hosts,
    auth: withTests(auth, operations),
    budgets: withBudgets([...imported.values()].flatMap(({ budget }) => budget ?? [])),
    operations: Object.fromEntries(operations),
    ...(Object.keys(used).length === 0 ? {} : { schemas: used }),
  };
  return { contract, report };
}

const NOTHING: ImportReport = Object.freeze({
  operations: 0,
  declarative: 0,
  needsCode: [],
  skipped: [],
  review: [],
  webhooks: [],
});

function reportDuplicate({ operationId, place }: SourceOperation, ids: Set<string>, findings: Findings): void {
  if (operationId === undefined) return;
  if (ids.has(operationId))
    findings.add(
      "warning",
      "DUPLICATE_NAME",
      place,
      `the operationId "${operationId}" stands for several operations; this one got another name`,
    );
  ids.add(operationId);
}

function choiceOf(name: string, { operation, parameters }: ImportedOperation): ChoiceOperation {
  return { name, effect: operation.effect, keys: new Map(parameters.map(({ key, source }) => [source.name, key])) };
}

/** The schemes of the document; where it declares none, those that the caller gives. */
function authOf(declared: Contract["auth"], root: Place, { auth }: ImportOptions, findings: Findings): Contract["auth"] {
  if (Object.keys(declared).length > 0) return declared;
  if (auth === undefined)
    findings.add("info", "MISSING_KEY", root, "the document declares no security scheme, so calls carry no credential");
  return auth ?? declared;
}

/** The addresses of a document, and what the contract has to declare for those that were asked for. */
function createAddresses(root: Place, dialect: Dialect, options: ImportOptions) {
  const main =
    options.address === "setting"
      ? settingAddress(documentServers(root, dialect))
      : addressOf(documentServers(root, dialect), true);
  const others = new Map<string, Address>();
  const used = new Set<Address>([main]);
  return {
    of({ servers }: SourceOperation): Address {
      if (servers === undefined || options.address === "setting") return main;
      const key = JSON.stringify(servers.value);
      const address = others.get(key) ?? elsewhere(readServers(servers), main);
      others.set(key, address);
      used.add(address);
      return address;
    },
    hosts: (): readonly string[] => [...new Set([...used].flatMap(({ hosts }) => hosts))],
    settings: (): { readonly [name: string]: JsonSchemaObject } =>
      Object.assign({}, ...[...used].map(({ settings }) => settings)),
  };
}

/** A relative server stands below the document's host where that is known (RFC 3986 §5). */
function elsewhere(servers: readonly SourceServer[], main: Address): Address {
  const [first] = servers;
  const isBelow = first?.url.startsWith("/") === true && !/[{}?#]/.test(first.url) && !main.prefix.startsWith("$");
  return isBelow ? { ...main, prefix: first.url.replace(/\/+$/, ""), path: {}, styles: {} } : addressOf(servers, false);
}

function settingsSchema(settings: { readonly [name: string]: JsonSchemaObject }): JsonSchemaObject {
  const required = Object.entries(settings).flatMap(([name, schema]) => (schema.default === undefined ? [name] : []));
  return { type: "object", properties: settings, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

/** Pointers must lead to what they say; a schema that turned out to say something else takes them along. */
function withSoundPointers(operation: Operation, shared: { readonly [name: string]: JsonSchema }): Operation {
  const { stream, pagination: _, ...rest } = operation;
  if (stream === undefined) return operation;
  const found = schemaAt(operation.output, stream.items, shared);
  const isList = found.kind === "found" && [own(found.schema, "type")].flat().includes("array");
  return isList ? operation : { ...rest, identity: [] };
}

/** Names of webhooks and callbacks. */
function webhooksOf(root: Place, documents: DocumentSet, operations: readonly Place[]): readonly string[] {
  const named = [...entries(child(root, "webhooks")), ...entries(child(root, "x-webhooks"))].filter(([, { value }]) =>
    isObject(value),
  );
  const callbacks = operations.flatMap((place) =>
    entries(child(documents.resolve(place) ?? place, "callbacks")).map(([name]) => `${name} (callback of ${place.pointer})`),
  );
  return [...named.map(([name]) => name), ...callbacks];
}
