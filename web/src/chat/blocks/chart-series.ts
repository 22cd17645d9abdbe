import type { ChartBlock, Series, SeriesRole } from "../../protocol.d.ts";

export const ofRole = (block: ChartBlock, role: SeriesRole): Series[] => block.series.filter((each) => each.role === role);

const around: readonly SeriesRole[] = ["low80", "high80", "low50", "high50", "target"];

/** The series that say something themselves; the others say how sure they are, or what is wanted. */
export const told = (block: ChartBlock): Series[] => block.series.filter((each) => !around.includes(each.role));
