import type { Rich, Span } from "../protocol.d.ts";

export interface Segment {
  text: string;
  span: Span | null;
  start: number;
}

/** Cuts a rendered text at its spans. Offsets count characters as the server does (code points), not UTF-16 units. */
export function segments(rich: Rich): Segment[] {
  const characters = Array.from(rich.text);
  const found: Segment[] = [];
  let at = 0;
  const cut = (start: number, end: number, span: Span | null): void => {
    if (end > start) found.push({ text: characters.slice(start, end).join(""), span, start });
  };
  for (const span of [...rich.spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end > characters.length) continue;
    cut(at, span.start, null);
    cut(span.start, span.end, span);
    at = span.end;
  }
  cut(at, characters.length, null);
  return found;
}
