import type { ReactNode } from "react";
import { clock, day, shortDay } from "../format/date.ts";
import type { Board, Mover } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { BandWord } from "./band-word.tsx";
import { changeText, driverText, scoreText } from "./figures.ts";
import { NameLink } from "./name-link.tsx";
import { Score } from "./score.tsx";

/** Who changed band or moved most: before and after, the main reason now, and when. */
export function Movers({ board }: { board: Board }): ReactNode {
  const { movers, moved, compared } = board;
  const since = day(board.since);
  const nothing = compared === 0 && movers.length === 0;
  const lead = nothing ? say("movers.nothingToCompare") : movers.length ? say("movers.lead", { day: since }) : say("movers.none", { day: since });
  return (
    <section aria-labelledby="movers">
      <h2 id="movers" tabIndex={-1}>
        {say("movers.title")}
      </h2>
      <p className="sub">
        {lead} {moved > movers.length && say("movers.some", { shown: movers.length, n: moved })} {!nothing && compared < board.clients && say("movers.compared", { compared, n: board.clients })}
      </p>
      {movers.length > 0 && (
        <table className="ledger movers" aria-labelledby="movers">
          <thead>
            <tr>
              <th scope="col">{say("today.client")}</th>
              <th scope="col">{say("movers.move")}</th>
              <th scope="col" className="num c-change">
                {say("movers.change")}
              </th>
              <th scope="col" className="why">
                {say("movers.driver")}
              </th>
              <th scope="col" className="c-when">
                {say("movers.when")}
              </th>
            </tr>
          </thead>
          <tbody>
            {movers.map((mover) => (
              <Line key={mover.customer_id} mover={mover} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Line({ mover }: { mover: Mover }): ReactNode {
  const chosen = useStore((state) => state.clientRef === mover.ref);
  const changedAt = useStore((state) => state.changedAt[mover.customer_id]);
  const { score, score_before: before } = mover;
  const [first] = mover.drivers;
  return (
    <tr className={chosen ? "chosen" : undefined}>
      <th scope="row" className="c-who">
        <NameLink name={mover.name} reference={mover.ref} />
      </th>
      <td className="c-move">
        <Move mover={mover} />
      </td>
      <td className="num c-change">{score === null || before === null ? "" : changeText(before, score)}</td>
      <td className="why">{first ? driverText(first) : <span className="dim">{say("today.noReason")}</span>}</td>
      <td className="c-when dim">{changedAt ? clock(changedAt, new Date()) : say("movers.since", { day: shortDay(mover.since) })}</td>
    </tr>
  );
}

/** "Watchlist 0.55 → Critical 0.72"; the arrow is read as words. */
function Move({ mover }: { mover: Mover }): ReactNode {
  const { band_before: before, band, score_before: scoreBefore, score, name, ref } = mover;
  return (
    <span className="move">
      <span className="from">
        <BandWord band={before} /> {scoreBefore !== null && <span className="was">{scoreText(scoreBefore)}</span>}
      </span>
      <span aria-hidden="true" className="arrow">
        →
      </span>
      <span className="vh">{say("chart.to")}</span>
      <span className="to">
        <BandWord band={band} /> <Score name={name} reference={ref} score={score} />
      </span>
    </span>
  );
}
