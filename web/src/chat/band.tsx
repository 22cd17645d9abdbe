import type { ReactNode } from "react";

const marks = {
  healthy: <circle cx="6" cy="6" r="4.5" />,
  watchlist: (
    <>
      <circle cx="6" cy="6" r="4.5" />
      <path className="on" d="M6 1.5a4.5 4.5 0 0 1 0 9z" />
    </>
  ),
  critical: <path className="on" d="M6 .3 11.7 6 6 11.7.3 6z" />,
};

export type BandName = keyof typeof marks;
export const isBand = (value: unknown): value is BandName => typeof value === "string" && value in marks;

/** A stress band: mark, word, and colour third. The filling grows with the severity, so it reads in grey. */
export function Band({ band, children }: { band: BandName; children: ReactNode }): ReactNode {
  return (
    <span className={`band ${band}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {marks[band]}
      </svg>
      {children}
    </span>
  );
}
