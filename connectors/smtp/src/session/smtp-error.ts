import { isMortiseError, MortiseError } from "@mortise/sdk";

/** A failed session. `code` is the server's reply code, or the session's own where there was no reply. */
export class SmtpError extends Error {
  override readonly name = "SmtpError";
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Turns what the mail library throws into what the outcome table looks at. */
export function smtpError(error: unknown): unknown {
  if (isMortiseError(error) || !(error instanceof Error)) return error;
  const { code, responseCode, response } = error as { code?: unknown; responseCode?: unknown; response?: unknown };
  if (/certificate|altname/i.test(error.message)) {
    return new MortiseError("MISCONFIGURED", `The certificate of the mail server is not accepted: ${error.message}.`, {
      remedy: "Give the certificate of its authority in the settings, or use the name that the certificate is for.",
      path: "/settings/ca",
      cause: error,
    });
  }
  if (code === "ETLS") {
    return new MortiseError("MISCONFIGURED", `The mail server does not encrypt the session as set: ${error.message}.`, {
      remedy: "Set the encryption that the server offers, and the port that belongs to it.",
      path: "/settings/secure",
      cause: error,
    });
  }
  if (typeof responseCode === "number" && responseCode >= 400) {
    return new SmtpError(
      String(responseCode),
      `The mail server answered ${typeof response === "string" ? response : responseCode}`,
      error,
    );
  }
  return typeof code === "string" ? new SmtpError(code, error.message, error) : error;
}
