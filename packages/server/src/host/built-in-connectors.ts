import files from "@mortise/connector-files";
import http from "@mortise/connector-http";
import mqtt from "@mortise/connector-mqtt";
import postgres from "@mortise/connector-postgres";
import smtp from "@mortise/connector-smtp";
import type { Connector } from "@mortise/sdk";

/** The connectors that come with Mortise. */
export const builtInConnectors: readonly Connector[] = Object.freeze([http, postgres, files, smtp, mqtt]);
