import { useId, useState, type CSSProperties, type ReactNode } from "react";
import { shortDay, shortMonth } from "../../format/date.ts";
import { amount } from "../../format/fact.ts";
import type { ChartBlock, Series, SeriesRole } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { RichText } from "../rich-text.tsx";
import { chartTable } from "./chart-table.ts";
import { axisPlaces, bandPath, dayNumber, linePath, pointsOf, scaleOf, spread, type Scale } from "./scale.ts";
import { Table } from "./table.tsx";

const LABEL_HEIGHT: number = 8; // percent of a 13 rem frame: one line of 12 px text

const at = (left: string, top: string): CSSProperties => ({ left, top });
const series = (block: ChartBlock, role: SeriesRole): Series[] => block.series.filter((each) => each.role === role);

/** A chart: the drawing stretches, the words do not. Its sentence is its name, and its table is one key away. */
export function Chart({ block }: { block: ChartBlock }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const captionId = useId();
  return (
    <figure className="chart" aria-labelledby={captionId}>
      <div className="head">
        <b id={captionId}>{block.title}</b>
        {block.subtitle && <span className="small faint">{block.subtitle}</span>}
      </div>
      {asTable ? <Table block={chartTable(block)} /> : <Drawing block={block} />}
      <div className="foot">
        {asTable ? <span /> : <Key block={block} />}
        <button type="button" className="plain-button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {say(asTable ? "chart.chart" : "chart.table")}
        </button>
      </div>
      <figcaption>
        <RichText rich={block.sentence} place={`${block.id}.sentence`} />
      </figcaption>
    </figure>
  );
}

function Drawing({ block }: { block: ChartBlock }): ReactNode {
  const scale = scaleOf(block);
  return (
    <div className={lineEnds(block).length > 1 ? "plot ended" : "plot"} role="img" aria-label={block.sentence.text}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <path key={tick} className={tick === 0 ? "zero" : "gl"} d={`M0 ${scale.y(tick).toFixed(2)}H100`} />
        ))}
        {block.kind === "bars" ? <Bars block={block} scale={scale} /> : <Lines block={block} scale={scale} />}
      </svg>
      <Words block={block} scale={scale} />
    </div>
  );
}

function Lines({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const band = (low: SeriesRole, high: SeriesRole): string => {
    const [lower, upper] = [series(block, low)[0], series(block, high)[0]];
    return lower && upper ? bandPath(pointsOf(lower, scale), pointsOf(upper, scale)) : "";
  };
  const lines = (role: SeriesRole, name: string): ReactNode =>
    series(block, role).map((each) => <path key={each.name} className={name} d={linePath(pointsOf(each, scale))} />);
  return (
    <>
      <path className="fan80" d={band("low80", "high80")} />
      <path className="fan50" d={band("low50", "high50")} />
      {lines("booked", "mid")}
      {lines("middle", "mid")}
      {lines("alternative", "alt")}
      <TodayTick block={block} scale={scale} />
    </>
  );
}

/** A short upright stroke where what is booked ends and what is forecast begins. */
function TodayTick({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const booked = series(block, "booked")[0];
  const last = booked && pointsOf(booked, scale).at(-1);
  if (!last || !series(block, "middle").length) return null;
  return <path className="zero" d={`M${last[0].toFixed(2)} ${(last[1] - 2.5).toFixed(2)}v5`} />;
}

function Bars({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const shown = block.series;
  const width = 64 / Math.max(scale.xs.length * shown.length, 1);
  return shown.map((each, nth) =>
    pointsOf(each, scale).map(([x, y]) => {
      const zero = scale.y(0);
      const left = x - (width * shown.length) / 2 + nth * width;
      return <rect key={`${each.name} ${x}`} className={`bar-${nth + 1}`} x={left} y={Math.min(y, zero)} width={width} height={Math.abs(zero - y)} />;
    }),
  );
}

function Words({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const places = block.kind === "bars" && scale.xs.length <= 8 ? scale.xs : axisPlaces(scale.xs, block.today);
  return (
    <>
      {scale.ticks.map((tick) => (
        <span key={tick} className="t r m" style={at("-.6rem", `${scale.y(tick)}%`)}>
          {amount(tick, block.currency)}
        </span>
      ))}
      {places.map((place, nth) => (
        <span key={place} className={`t ${edge(block, nth, places.length)}`} style={at(`${scale.x(place)}%`, "calc(100% + .35rem)")}>
          {axisWord(place, scale, nth === places.length - 1 || place.slice(0, 7) === (block.today ?? scale.xs[0] ?? "").slice(0, 7))}
        </span>
      ))}
      {block.kind === "fan" && series(block, "booked").length > 0 && (
        <span className="t" style={at("0", "-.1rem")}>
          {say("chart.booked")}
        </span>
      )}
      <LineEnds block={block} scale={scale} />
    </>
  );
}

/** Labels at the ends stay inside the frame; those between stand centred under their place. */
function edge(block: ChartBlock, nth: number, count: number): string {
  if (block.kind === "bars") return "c";
  return nth === 0 ? "" : nth === count - 1 ? "r" : "c";
}

function axisWord(x: string, scale: Scale, withYear: boolean): string {
  if (Number.isNaN(dayNumber(x))) return x;
  const span = dayNumber(scale.xs.at(-1)!) - dayNumber(scale.xs[0]!);
  return x.length > 7 && span < 75 ? shortDay(x) : shortMonth(x, withYear && span > 300);
}

/** The lines that are named at their end: those that could be mistaken for each other. */
const lineEnds = (block: ChartBlock): Series[] =>
  block.kind === "bars" ? [] : block.series.filter((each) => each.role === "middle" || each.role === "alternative" || block.kind === "line");

function LineEnds({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const ends = lineEnds(block).flatMap((each) => {
    const last = pointsOf(each, scale).at(-1);
    return last ? [{ name: each.name, alternative: each.role === "alternative", top: last[1] }] : [];
  });
  if (ends.length < 2) return null;
  const tops = spread(ends.map((end) => end.top), LABEL_HEIGHT);
  return ends.map((end, nth) => (
    <span key={end.name} className={`t end-l m ${end.alternative ? "acc" : "ink"}`} style={at("101.5%", `${tops[nth]}%`)}>
      {end.name}
    </span>
  ));
}

function Key({ block }: { block: ChartBlock }): ReactNode {
  const fan = series(block, "low80").length > 0;
  return (
    <div className="key">
      {fan && (
        <span>
          <svg viewBox="0 0 20 12" aria-hidden="true">
            <rect width="20" height="12" className="fan80" />
            <rect y="3" width="20" height="6" className="fan50" />
            <path className="mid" d="M0 6H20" />
          </svg>
          {say("chart.bands")}
        </span>
      )}
      {series(block, "alternative").map((each) => (
        <span key={each.name}>
          <svg viewBox="0 0 20 12" aria-hidden="true">
            <path className="alt" d="M0 6H20" />
          </svg>
          {each.name}
        </span>
      ))}
      {block.kind === "bars" &&
        block.series.length > 1 &&
        block.series.map((each, nth) => (
          <span key={each.name}>
            <svg viewBox="0 0 20 12" aria-hidden="true">
              <rect width="20" height="12" className={`bar-${nth + 1}`} />
            </svg>
            {each.name}
          </span>
        ))}
    </div>
  );
}
