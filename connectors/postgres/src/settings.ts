import { type Static, t } from "@mortise/sdk";

/** What a connection of this connector is configured with. */
export const postgresSettings = t.Object({
  host: t.Optional(
    t.String({
      title: "Host",
      description: "Name or address of the server.",
      minLength: 1,
      pattern: "^[A-Za-z0-9._:\\[\\]-]+$",
      "x-help": "the name or address of a host",
      "x-order": 1,
    }),
  ),
  port: t.Optional(
    t.Integer({
      title: "Port",
      description: "Port that the server listens on.",
      default: 5432,
      minimum: 1,
      maximum: 65_535,
      "x-order": 2,
    }),
  ),
  database: t.String({ title: "Database", description: "Name of the database on the server.", minLength: 1, "x-order": 3 }),
  user: t.Optional(
    t.String({
      title: "User",
      description: "Only where there is no password, for example over a Unix socket.",
      minLength: 1,
      "x-advanced": true,
      "x-steers": false,
    }),
  ),
  socket: t.Optional(
    t.String({
      title: "Unix socket folder",
      description: "In place of a host, e.g. /run/postgresql.",
      minLength: 1,
      "x-advanced": true,
    }),
  ),
  ssl: t.Optional(
    t.Union([t.Literal("off"), t.Literal("require"), t.Literal("verify")], {
      title: "Encryption",
      description:
        "verify: encrypted, and the server proves who it is. require: encrypted, any certificate. off: plain. Not used over a Unix socket.",
      default: "verify",
      "x-order": 4,
    }),
  ),
  ca: t.Optional(
    t.String({
      title: "Certificate authority",
      description: "PEM, where the server's certificate is from your own authority.",
      "x-widget": "textarea",
      "x-advanced": true,
    }),
  ),
  timeZone: t.Optional(
    t.String({
      title: "Time zone",
      description: "IANA time zone of the session; date-times with an offset are given in it.",
      default: "UTC",
      "x-advanced": true,
      "x-steers": false,
    }),
  ),
  maxConnections: t.Optional(
    t.Integer({
      title: "Connections at most",
      description: "Connections to the server at once.",
      default: 5,
      minimum: 1,
      maximum: 50,
      "x-advanced": true,
      "x-steers": false,
    }),
  ),
});

export type PostgresSettings = Static<typeof postgresSettings>;
