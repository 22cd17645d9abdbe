import type { Board, BoardInsight, BoardTask, InsightKind, Mover, NewsBands, NewsItem, SourceBands } from "../protocol.d.ts";
import { shownDriver } from "./figures.ts";

/** Lines of movers; the newest push out the last. */
const MOST_MOVERS = 12;
/** Lines of what is worth knowing, likewise. */
const MOST_INSIGHTS = 12;
/** A smaller change of a score is no move. */
const LEAST_MOVE = 0.05 - 1e-9;

/** Whether it tells that something came up; else a score has changed. */
export const isInsight = (item: NewsItem): boolean => item.kind === "insight";

/** News of one client that wait together are one: the newest state. What came up waits beside it, each kind for itself. */
export function together(waiting: readonly NewsItem[], items: readonly NewsItem[]): NewsItem[] {
  const placeOf = ({ customerId, insight }: NewsItem): string => JSON.stringify([customerId, insight]);
  const newest = new Map(waiting.map((item) => [placeOf(item), item]));
  for (const item of items) {
    const place = placeOf(item);
    const older = newest.get(place);
    const from = older ? { bandBefore: older.bandBefore, ...(older.scoreBefore === undefined ? {} : { scoreBefore: older.scoreBefore }) } : {};
    newest.delete(place);
    newest.set(place, { ...item, ...from });
  }
  return [...newest.values()];
}

/** The counts as the board holds them. */
export const countsOf = (bands: readonly NewsBands[]): SourceBands[] =>
  bands.map(({ source, asOf, healthy, watchlist, critical, tooShort }) => ({ source, as_of: asOf, healthy, watchlist, critical, too_short: tooShort }));

/** The board with news in it: rows show the new state, movers come to the top. Ranks and times are the bank's; it is asked for them again. */
export function withNews(board: Board, items: readonly NewsItem[]): Board {
  const changes = items.filter((item) => !isInsight(item));
  const news = new Map(changes.map((item) => [item.customerId, item]));
  const last = Math.max(board.last, ...items.map((item) => item.id));
  const movers = changes.reduce(moved, board.movers);
  const insights = items.filter(isInsight).reduce(cameUp, board.insights);
  return { ...board, last, insights, tasks: board.tasks.map((task) => patched(task, news.get(task.customer_id))), movers: movers.slice(0, MOST_MOVERS), moved: board.moved + movers.length - board.movers.length };
}

/** What came up, at the top and in the place of an older line of the same. */
function cameUp(insights: readonly BoardInsight[], { id, customerId: customer_id, ref, name, insight, asOf: as_of, at }: NewsItem): BoardInsight[] {
  // The bank sends kinds that it knows.
  const kind = insight as InsightKind;
  const others = insights.filter((each) => each.customer_id !== customer_id || each.kind !== kind);
  return [{ id, customer_id, ref, name, kind, as_of, at }, ...others].slice(0, MOST_INSIGHTS);
}

function patched(task: BoardTask, item: NewsItem | undefined): BoardTask {
  if (!item) return task;
  const drivers = item.drivers.length ? item.drivers.map(shownDriver) : task.drivers;
  return { ...task, as_of: item.asOf, score: item.score ?? null, band: item.band, drivers };
}

function moved(movers: readonly Mover[], item: NewsItem): Mover[] {
  const known = movers.find((each) => each.customer_id === item.customerId);
  const others = movers.filter((each) => each !== known);
  const mover = moverOf(item, known);
  return isMove(mover) ? [mover, ...others] : others;
}

/** Where the client is now; the beginning of the move stays that of a mover who is known. */
function moverOf(item: NewsItem, known: Mover | undefined): Mover {
  const { customerId: customer_id, ref, name, asOf: as_of, band } = item;
  const before = known ?? { score_before: item.scoreBefore ?? null, band_before: item.bandBefore, since: as_of, drivers: [] };
  const { score_before, band_before, since } = before;
  const drivers = item.drivers.length ? item.drivers.map(shownDriver) : before.drivers;
  return { customer_id, ref, name, as_of, score: item.score ?? null, band, score_before, band_before, since, drivers };
}

const isMove = ({ band, band_before, score, score_before }: Mover): boolean =>
  band !== band_before || (score !== null && score_before !== null && Math.abs(score - score_before) >= LEAST_MOVE);
