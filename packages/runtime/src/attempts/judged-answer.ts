import type { Redactor } from "@mortise/auth";
import type { CompiledValue } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import type { EgressAnswer } from "../egress/egress-client.ts";
import type { HttpAnswer } from "./send-request.ts";

/** A success, decoded and masked; its headers are masked when somebody looks at them, which few operations do. */
export class JudgedAnswer implements HttpAnswer {
  readonly status: number;
  readonly body: Json;
  readonly url: URL;
  readonly output: CompiledValue | undefined;
  readonly #redactor: Redactor;
  #headers: HttpAnswer["headers"];
  #isMasked = false;

  /** @param body Is masked already. */
  constructor({ status, headers, url }: EgressAnswer, body: Json, output: CompiledValue | undefined, redactor: Redactor) {
    this.status = status;
    this.body = body;
    this.url = url;
    this.output = output;
    this.#headers = headers;
    this.#redactor = redactor;
  }

  get headers(): HttpAnswer["headers"] {
    if (!this.#isMasked) {
      this.#isMasked = true;
      this.#headers = this.#redactor.data(this.#headers) as HttpAnswer["headers"];
    }
    return this.#headers;
  }
}
