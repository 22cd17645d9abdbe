import { useId, useState, type ReactNode } from "react";
import type { ChartBlock, SeriesRole } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { RichText } from "../rich-text.tsx";
import { Key } from "./chart-key.tsx";
import { ofRole, told } from "./chart-series.ts";
import { chartTable } from "./chart-table.ts";
import { endsNamed, Words } from "./chart-words.tsx";
import { bandPath, linePath, pointsOf, scaleOf, type Scale } from "./scale.ts";
import { Table } from "./table.tsx";

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
    <div className={endsNamed(block) ? "plot ended" : "plot"} role="img" aria-label={block.sentence.text}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <path key={tick} className={tick === 0 ? "zero" : "gl"} d={`M0 ${scale.y(tick).toFixed(2)}H100`} />
        ))}
        {block.kind === "bars" ? <Bars block={block} scale={scale} /> : <Lines block={block} scale={scale} />}
        {ofRole(block, "target").map((each) => (
          <path key={each.name} className="target" d={acrossPath(pointsOf(each, scale))} />
        ))}
      </svg>
      <Words block={block} scale={scale} />
    </div>
  );
}

function Lines({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const band = (low: SeriesRole, high: SeriesRole): string => {
    const [lower, upper] = [ofRole(block, low)[0], ofRole(block, high)[0]];
    return lower && upper ? bandPath(pointsOf(lower, scale), pointsOf(upper, scale)) : "";
  };
  const lines = (role: SeriesRole, name: string): ReactNode =>
    ofRole(block, role).map((each) => <path key={each.name} className={name} d={linePath(pointsOf(each, scale))} />);
  return (
    <>
      <path className="fan80" d={band("low80", "high80")} />
      <path className="fan50" d={band("low50", "high50")} />
      {lines("booked", "mid")}
      {lines("middle", "mid")}
      {lines("bar", "mid")}
      {lines("alternative", "alt")}
      <TodayTick block={block} scale={scale} />
    </>
  );
}

/** A target holds for the whole width, however few points it is told by. */
const acrossPath = (points: readonly [number, number][]): string => (points.length < 2 ? points.map(([, y]) => `M0 ${y.toFixed(2)}H100`).join("") : linePath(points));

/** A short upright stroke where what is booked ends and what is forecast begins. */
function TodayTick({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const booked = ofRole(block, "booked")[0];
  const last = booked && pointsOf(booked, scale).at(-1);
  if (!last || !ofRole(block, "middle").length) return null;
  return <path className="zero" d={`M${last[0].toFixed(2)} ${(last[1] - 2.5).toFixed(2)}v5`} />;
}

function Bars({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const shown = told(block);
  const width = 64 / Math.max(scale.xs.length * shown.length, 1);
  return (
    <>
      {shown.map((each, nth) =>
        pointsOf(each, scale).map(([x, y]) => {
          const zero = scale.y(0);
          const left = x - (width * shown.length) / 2 + nth * width;
          return <rect key={`${each.name} ${x}`} className={`bar-${nth + 1}`} x={left} y={Math.min(y, zero)} width={width} height={Math.abs(zero - y)} />;
        }),
      )}
      <Intervals block={block} scale={scale} />
    </>
  );
}

/** How sure each bar is: a line with end ticks over it. */
function Intervals({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const [low, high] = [ofRole(block, "low80")[0], ofRole(block, "high80")[0]];
  if (!low || !high) return null;
  const tops = new Map(pointsOf(high, scale));
  return pointsOf(low, scale).flatMap(([x, y]) => {
    const top = tops.get(x);
    return top === undefined ? [] : [<path key={x} className="interval" d={`M${x} ${y}V${top}M${x - 1} ${y}h2M${x - 1} ${top}h2`} />];
  });
}
