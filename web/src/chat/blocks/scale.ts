import type { ChartBlock, Series } from "../../protocol.d.ts";

/** A position in the frame of a chart, in percent from the left or the top. */
export type Percent = number;

const DAY_MS = 86_400_000;

/** ISO dates and months as days, so that uneven steps keep their distance. */
export const dayNumber = (x: string): number => Date.parse(`${x.length === 7 ? `${x}-01` : x.slice(0, 10)}T00:00:00Z`) / DAY_MS;

export interface Scale {
  xs: string[];
  x: (value: string) => Percent;
  y: (value: number) => Percent;
  ticks: number[];
}

/** Steps of 1, 2 or 5 times a power of ten, at most `most` of them, from below the lowest value to above the highest. */
export function niceTicks(low: number, high: number, most = 6): number[] {
  const span = Math.max(high - low, Math.abs(high) * 0.01, 1e-9);
  const power = 10 ** Math.floor(Math.log10(span / (most - 1)));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => Math.ceil(high / each) - Math.floor(low / each) <= most - 1) ?? power * 20;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

const known = (series: Series): number[] => series.y.filter((value): value is number => value !== null);

/** Places the points of a chart. Bars stand on zero and share the width evenly; lines follow the calendar. */
export function scaleOf(block: ChartBlock): Scale {
  const xs = [...new Set(block.series.flatMap((series) => series.x))].sort((a, b) => dayNumber(a) - dayNumber(b) || (a < b ? -1 : 1));
  const calendar = block.kind !== "bars" && xs.every((x) => !Number.isNaN(dayNumber(x)));
  const ordered = calendar ? xs : [...new Set(block.series.flatMap((series) => series.x))];
  const values = block.series.flatMap(known);
  const bars = block.kind === "bars";
  const ticks = niceTicks(Math.min(...values, ...(bars ? [0] : [])), Math.max(...values, ...(bars ? [0] : [])));
  const [bottom, top] = [ticks[0]!, ticks.at(-1)!];
  const [first, last] = [dayNumber(ordered[0] ?? ""), dayNumber(ordered.at(-1) ?? "")];
  return {
    xs: ordered,
    ticks,
    x: (value) => {
      if (bars) return ((ordered.indexOf(value) + 0.5) / ordered.length) * 100;
      if (!calendar) return (ordered.indexOf(value) / Math.max(ordered.length - 1, 1)) * 100;
      return last === first ? 50 : ((dayNumber(value) - first) / (last - first)) * 100;
    },
    y: (value) => (top === bottom ? 50 : ((top - value) / (top - bottom)) * 100),
  };
}

/** The points of a series that are known, in percent. */
export const pointsOf = (series: Series, scale: Scale): [Percent, Percent][] =>
  series.x.flatMap((x, index) => {
    const value = series.y[index];
    return value === null || value === undefined ? [] : [[scale.x(x), scale.y(value)] as [Percent, Percent]];
  });

const path = (points: readonly [Percent, Percent][]): string => points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L");

/** A line through the points. */
export const linePath = (points: readonly [Percent, Percent][]): string => (points.length ? `M${path(points)}` : "");

/** The area between two lines. */
export const bandPath = (low: readonly [Percent, Percent][], high: readonly [Percent, Percent][]): string =>
  low.length && high.length ? `M${path(low)}L${path([...high].reverse())}Z` : "";

const NEAR_END = 0.2; // of the axis: on a phone, a word nearer than this would touch that of the end, which has a year

/** Places along the x axis that get a word: the ends, the last one booked, and even steps between; five at most. */
export function axisPlaces(xs: readonly string[], today: string | null): string[] {
  if (xs.length <= 5) return [...xs];
  const last = xs.length - 1;
  const now = today === null ? -1 : xs.findLastIndex((x) => dayNumber(x) <= dayNumber(today));
  const between = now > 0 && now < last ? [0, now, now + (last - now) / 3, now + ((last - now) * 2) / 3, last] : [0, 0.25, 0.5, 0.75, 1].map((part) => part * last);
  const places = between.map(Math.round).filter((index) => index === last || index === now || last - index >= NEAR_END * last);
  return [...new Set(places.map((index) => xs[index]!))];
}

/** Moves labels at line ends apart until they no longer touch; each stands centred on its `top`, both in percent. */
export function spread(labels: readonly { top: Percent; height: Percent }[]): Percent[] {
  const order = labels.map(({ top, height }, index) => ({ top, height, index })).sort((a, b) => a.top - b.top);
  order.forEach((each, nth) => {
    const above = order[nth - 1];
    if (above) each.top = Math.max(each.top, above.top + (above.height + each.height) / 2);
  });
  return order.sort((a, b) => a.index - b.index).map((each) => each.top);
}
