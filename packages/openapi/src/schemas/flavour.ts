/** Which side of the wire a schema is for; the same document schema may differ between them. */
export interface Flavour {
  /** `in`: what is sent, without `readOnly` properties. `out`: what comes back, without `writeOnly` ones. */
  readonly direction: "in" | "out";
  /** Property names are those of XML elements and attributes. */
  readonly xml: boolean;
}

/** What a request holds. */
export const SENT: Flavour = Object.freeze({ direction: "in", xml: false });
/** What an answer holds. */
export const ANSWERED: Flavour = Object.freeze({ direction: "out", xml: false });
/** What an XML request holds. */
export const SENT_XML: Flavour = Object.freeze({ direction: "in", xml: true });
/** What an XML answer holds. */
export const ANSWERED_XML: Flavour = Object.freeze({ direction: "out", xml: true });
