import type { CSSProperties, ReactNode } from "react";
import { shortDay, shortMonth } from "../../format/date.ts";
import { amount } from "../../format/fact.ts";
import type { ChartBlock, Series } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { ofRole, told } from "./chart-series.ts";
import { axisPlaces, dayNumber, pointsOf, spread, type Scale } from "./scale.ts";

const LINE_HEIGHT: number = 8; // percent of a 13 rem frame: one line of 12 px text
const LINE_CHARACTERS: number = 14; // what a line of the room at the right holds

const at = (left: string, top: string): CSSProperties => ({ left, top });

/** The words of a chart: HTML of a fixed size over a drawing that stretches. */
export function Words({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
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
      {block.kind === "fan" && ofRole(block, "booked").length > 0 && (
        <span className="t" style={at("0", "-.1rem")}>
          {say("chart.booked")}
        </span>
      )}
      {ofRole(block, "target").map((each) => (
        <TargetName key={each.name} target={each} scale={scale} />
      ))}
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
function named(block: ChartBlock): Series[] {
  if (block.kind === "bars") return [];
  const lines = told(block).filter((each) => block.kind === "line" || each.role !== "booked");
  return lines.length > 1 ? lines : [];
}

/** Whether room is kept at the right for the names of lines. */
export const endsNamed = (block: ChartBlock): boolean => named(block).length > 0;

function LineEnds({ block, scale }: { block: ChartBlock; scale: Scale }): ReactNode {
  const ends = named(block).flatMap((each) => {
    const last = pointsOf(each, scale).at(-1);
    return last ? [{ name: each.name, colour: each.role === "alternative" ? "acc" : "ink", top: last[1], height: Math.ceil(each.name.length / LINE_CHARACTERS) * LINE_HEIGHT }] : [];
  });
  const tops = spread(ends);
  return ends.map((end, nth) => (
    <span key={end.name} className={`t end-l ${end.colour}`} style={at("101.5%", `${tops[nth]}%`)}>
      {end.name}
    </span>
  ));
}

/** The name of a target stands on its line, where a fan is still narrow. */
function TargetName({ target, scale }: { target: Series; scale: Scale }): ReactNode {
  const last = pointsOf(target, scale).at(-1);
  if (!last) return null;
  return (
    <span className="t ink up" style={at("0", `${last[1]}%`)}>
      {target.name}
    </span>
  );
}
