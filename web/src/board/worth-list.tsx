import type { ReactNode } from "react";
import { clock } from "../format/date.ts";
import type { Board } from "../protocol.d.ts";
import { say, sayName } from "../words/say.ts";
import { NameLink } from "./name-link.tsx";

/** What came up for clients within the last day. Their figures are told where they are asked for; without any, nothing is shown. */
export function WorthList({ board }: { board: Board }): ReactNode {
  if (board.insights.length === 0) return null;
  return (
    <section aria-labelledby="worth">
      <h2 id="worth">{say("insight.title")}</h2>
      <p className="sub">{say("worth.lead")}</p>
      <table className="ledger worth-list" aria-labelledby="worth">
        <thead>
          <tr>
            <th scope="col">{say("today.client")}</th>
            <th scope="col" className="why">
              {say("worth.what")}
            </th>
            <th scope="col" className="c-when">
              {say("movers.when")}
            </th>
          </tr>
        </thead>
        <tbody>
          {board.insights.map(({ id, name, ref, kind, at }) => (
            <tr key={id}>
              <th scope="row" className="c-who">
                <NameLink name={name} reference={ref} />
              </th>
              <td className="why">{sayName("insight.kind", kind)}</td>
              <td className="c-when dim">{clock(at, new Date())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
