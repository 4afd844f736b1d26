import "./connect.css";
import "../text/connect-texts.ts";
import type { ReactNode } from "react";
import icon from "../app/icon.svg";
import { Tile } from "../ui/tile.tsx";

/** The one card of a page beside the studio: a window of a sign-in. */
export function SignInCard(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Name of the connector. */
  readonly connector?: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <section className="card sign-in" aria-labelledby="sign-in-title">
      <header className="sign-in-head">
        <span className="sign-in-marks">
          <img src={icon} alt="" width={40} height={40} />
          {props.connector !== undefined && (
            <>
              <span className="sign-in-line" aria-hidden />
              <Tile use={props.connector} />
            </>
          )}
        </span>
        <h1 id="sign-in-title" className="sign-in-title">
          {props.title}
        </h1>
        {props.lead && <p className="sign-in-lead">{props.lead}</p>}
      </header>
      {props.children}
      {props.actions && <footer className="sign-in-actions">{props.actions}</footer>}
    </section>
  );
}
