import type { Rich, Span } from "../protocol.d.ts";

export interface Segment {
  text: string;
  span: Span | null;
  start: number;
  /** Punctuation right behind a span: a line must not begin with it. */
  tail: string;
}

const closing = /^[.,;:!?)\]’”%]+/;

/** Cuts a rendered text at its spans. Offsets count characters as the server does (code points), not UTF-16 units. */
export function segments(rich: Rich): Segment[] {
  const characters = Array.from(rich.text);
  const found: Segment[] = [];
  let at = 0;
  const cut = (start: number, end: number, span: Span | null): void => {
    if (end <= start) return;
    let text = characters.slice(start, end).join("");
    const before = found.at(-1);
    if (span === null && before?.span) {
      before.tail = closing.exec(text)?.[0] ?? "";
      text = text.slice(before.tail.length);
    }
    if (text) found.push({ text, span, start, tail: "" });
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
