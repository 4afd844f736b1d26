import { type ErrorCode, type ErrorData, MortiseError } from "@mortise/contract";

/** What a call came to, as an error to throw. */
export function callFailure({ code, message, ...more }: ErrorData): MortiseError {
  const { remedy, path, status } = more;
  return new MortiseError(code as ErrorCode, message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(path === undefined ? {} : { path }),
    ...(status === undefined ? {} : { status }),
  });
}
