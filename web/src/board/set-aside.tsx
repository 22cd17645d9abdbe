import { useEffect, type ReactNode } from "react";
import { asOf } from "../format/date.ts";
import { useStore } from "../state/store.ts";
import { say, sayName } from "../words/say.ts";

/** For staff: events that the stream could not take, counted, and the newest of them. */
export function SetAside(): ReactNode {
  const setAside = useStore((state) => state.setAside);
  const read = useStore((state) => state.readSetAside);
  useEffect(() => void read(), [read]);
  if (!setAside) return null;
  const counts = Object.entries(setAside.counts);
  return (
    <section aria-labelledby="set-aside">
      <h2 id="set-aside">{say("setAside.title")}</h2>
      <p className="sub">{say(counts.length ? "setAside.lead" : "setAside.none")}</p>
      {counts.length > 0 && (
        <>
          <table className="ledger" aria-labelledby="set-aside">
            <thead>
              <tr>
                <th scope="col">{say("setAside.code")}</th>
                <th scope="col" className="num">
                  {say("setAside.events")}
                </th>
              </tr>
            </thead>
            <tbody>
              {counts.map(([code, count]) => (
                <tr key={code}>
                  <th scope="row">{sayName("code", code)}</th>
                  <td className="num">{count}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <h3 id="set-aside-newest">{say("setAside.newest")}</h3>
          <table className="ledger set-aside" aria-labelledby="set-aside-newest">
            <thead>
              <tr>
                <th scope="col">{say("setAside.event")}</th>
                <th scope="col" className="why">
                  {say("setAside.reason")}
                </th>
                <th scope="col" className="c-when">
                  {say("setAside.at")}
                </th>
              </tr>
            </thead>
            <tbody>
              {setAside.events.map((event) => (
                <tr key={event.id}>
                  <th scope="row">
                    <bdi>{event.event_id || say("chart.none")}</bdi> <span className="ref">{event.source}</span>
                  </th>
                  <td className="why">
                    <bdi>{event.reason}</bdi>
                  </td>
                  <td className="c-when dim">{asOf(event.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
