import { useId, useState, type ReactNode } from "react";
import { day, shortDay } from "../format/date.ts";
import type { ScorePoint } from "../protocol.d.ts";
import { say } from "../words/say.ts";
import { BandWord } from "./band-word.tsx";
import { scoreText } from "./figures.ts";

interface Point {
  as_of: string;
  score: number;
}

const dayOf = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
const scored = (history: readonly ScorePoint[]): Point[] => history.flatMap(({ as_of, score }) => (score === null ? [] : [{ as_of, score }]));

/** The line in a box of 100 by 100; the score runs from 0 below to 1 above, time by the calendar. */
export function pathOf(points: readonly Point[]): string {
  const first = dayOf(points[0]!.as_of);
  const span = Math.max(1, dayOf(points.at(-1)!.as_of) - first);
  return points.map(({ as_of, score }, index) => `${index ? "L" : "M"}${(((dayOf(as_of) - first) / span) * 100).toFixed(2)} ${((1 - score) * 100).toFixed(2)}`).join("");
}

/** What the line says, in a sentence: where it began, where it is, and between what it ran. */
export function sentenceOf(points: readonly Point[]): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const scores = points.map(({ score }) => score);
  return say("client.historyName", {
    first: scoreText(first.score), firstDay: day(first.as_of), last: scoreText(last.score), lastDay: day(last.as_of),
    low: scoreText(Math.min(...scores)), high: scoreText(Math.max(...scores)),
  });
}

/** The score of half a year with the edges of the bands, and the same as a table. */
export function Sparkline({ history }: { history: readonly ScorePoint[] }): ReactNode {
  const [table, setTable] = useState(false);
  const id = useId();
  const points = scored(history);
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 2 || !first || !last) return <p className="small dim">{say("client.historyShort")}</p>;
  return (
    <>
      <figure className="score-line">
        <div role="img" aria-label={sentenceOf(points)}>
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <path className="th" d="M0 30H100M0 60H100" />
            <path className="base" d="M0 100H100" />
            <path className="ln" d={pathOf(points)} />
          </svg>
          <span className="edge" style={{ top: "30%" }} aria-hidden="true">
            {say("client.thresholdCritical")}
          </span>
          <span className="edge" style={{ top: "60%" }} aria-hidden="true">
            {say("client.thresholdWatchlist")}
          </span>
        </div>
        <figcaption aria-hidden="true">
          <span>
            {shortDay(first.as_of)}, {scoreText(first.score)}
          </span>
          <span>
            {shortDay(last.as_of)}, {scoreText(last.score)}
          </span>
        </figcaption>
      </figure>
      <button type="button" className="plain-button" aria-expanded={table} aria-controls={id} onClick={() => setTable(!table)}>
        {say(table ? "client.historyHide" : "client.historyTable")}
      </button>
      <div id={id}>{table && <HistoryTable history={history} />}</div>
    </>
  );
}

/** One row for each week is enough to read; the last score always. */
function HistoryTable({ history }: { history: readonly ScorePoint[] }): ReactNode {
  const last = history.at(-1);
  const rows = history.filter((point) => point === last || (last && (dayOf(last.as_of) - dayOf(point.as_of)) % 7 === 0)).toReversed();
  return (
    <table className="ledger small">
      <thead>
        <tr>
          <th scope="col">{say("chart.when")}</th>
          <th scope="col" className="num">
            {say("today.score")}
          </th>
          <th scope="col">{say("today.band")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((point) => (
          <tr key={point.as_of}>
            <th scope="row">{day(point.as_of)}</th>
            <td className="num">{point.score === null ? say("chart.none") : scoreText(point.score)}</td>
            <td>
              <BandWord band={point.band} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
