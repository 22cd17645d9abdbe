import { useState, type ReactNode } from "react";
import { Figure } from "../chat/figure.tsx";
import { RichText } from "../chat/rich-text.tsx";
import { Table } from "../chat/blocks/table.tsx";
import { asOf, shortMonth } from "../format/date.ts";
import { inHundred } from "../format/fact.ts";
import type { HabitMonth, HabitShare, Rich, TableBlock, TwinPage } from "../protocol.d.ts";
import { say, sayName } from "../words/say.ts";
import { TwinFacts } from "./intro.tsx";

const WIDTH: number = 100;
const HEIGHT: number = 24;

/** What the twin takes somebody's habits for, now and in the months before: a guess, and said as one. Its table is one key away. */
export function Habits({ twin }: { twin: TwinPage }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const now = twin.habits.at(-1);
  if (!now) return null;
  return (
    <TwinFacts twin={twin}>
      <section aria-labelledby="habits">
        <h2 id="habits">{say("habits.title")}</h2>
        <p className="sub">{say("habits.sub")}</p>
        {twin.habits_said && (
          <p className="habits-said">
            <RichText rich={twin.habits_said} place="habits" />
          </p>
        )}
        {asTable ? <Table block={habitTable(twin.habits)} /> : <Lines months={twin.habits} now={now} />}
        {twin.habits.length > 1 && (
          <p className="foot">
            <button type="button" className="plain-button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {say(asTable ? "chart.chart" : "chart.table")}
            </button>
          </p>
        )}
      </section>
    </TwinFacts>
  );
}

/** One line for each pattern, all drawn from nothing to the whole so that they can be compared. */
function Lines({ months, now }: { months: readonly HabitMonth[]; now: HabitMonth }): ReactNode {
  return (
    <ul className="mix">
      {now.shares.map((share) => (
        <li key={share.persona}>
          <span>{sayName("persona", share.persona)}</span>
          {months.length > 1 ? <Line persona={share.persona} months={months} /> : <span />}
          <Figure factId={share.fact} text={inHundred(share.share)} place={`mix.${share.persona}`} />
        </li>
      ))}
      {months.length > 1 && (
        <li className="axis" aria-hidden="true">
          <span />
          <span>
            <span>{shortMonth(months[0]!.on, false)}</span> <span>{shortMonth(now.on, false)}</span>
          </span>
          <span />
        </li>
      )}
    </ul>
  );
}

function Line({ persona, months }: { persona: string; months: readonly HabitMonth[] }): ReactNode {
  const points = months.flatMap((month, index) => {
    const share = shareOf(month, persona);
    return share ? [{ share, on: month.on, x: (index / (months.length - 1)) * WIDTH, y: HEIGHT - 2 - share.share * (HEIGHT - 4) }] : [];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return <span />;
  const label = say("habits.line", { persona: sayName("persona", persona), before: inHundred(first.share.share), from: asOf(first.on), now: inHundred(last.share.share), to: asOf(last.on) });
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
      <path className="ground" d={`M0 ${HEIGHT - 2}H${WIDTH}`} />
      <path d={`M${points.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}`} />
    </svg>
  );
}

const shareOf = (month: HabitMonth, persona: string): HabitShare | undefined => month.shares.find((each) => each.persona === persona);

/** The bare number of a table; never "none" or "all", which a guess cannot know. */
const outOfHundred = (share: number): string => (share < 0.01 ? say("habits.fewest") : share > 0.99 ? say("habits.most") : String(Math.round(share * 100)));

/** Every month in a row, the newest first; every figure opens its fact. */
export function habitTable(months: readonly HabitMonth[]): TableBlock {
  const personas = months.at(-1)?.shares.map((each) => each.persona) ?? [];
  const cell = (share: HabitShare | undefined): Rich => {
    if (!share) return { text: say("chart.none"), spans: [] };
    const text = outOfHundred(share.share);
    return { text, spans: [{ start: 0, end: text.length, kind: "fact", id: share.fact }] };
  };
  return {
    type: "table", id: "habits.table", section: "twin", title: say("habits.table"), total: null, note: null,
    columns: [
      { key: "on", label: say("chart.when"), align: "left", rank: 0 },
      ...personas.map((persona, rank) => ({ key: persona, label: sayName("persona", persona), align: "right" as const, rank })),
    ],
    rows: [...months].reverse().map((month) => [{ text: asOf(month.on), spans: [] }, ...personas.map((persona) => cell(shareOf(month, persona)))]),
  };
}
