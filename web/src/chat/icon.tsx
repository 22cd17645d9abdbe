import type { ReactNode } from "react";

const paths = {
  plus: "M8 3v10M3 8h10",
  list: "M2.5 4h11M2.5 8h11M2.5 12h7",
  tick: "M3 8.5 6.5 12 13 4.5",
  down: "m4 6.5 4 4 4-4",
  up: "m4 9.5 4-4 4 4",
  stop: "M4.5 4.5h7v7h-7z",
  send: "M8 13V3.5M4 7.5l4-4 4 4",
  person: "M8 8.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM3 13.5c.6-2.4 2.6-3.5 5-3.5s4.4 1.1 5 3.5",
  cross: "m4.5 4.5 7 7m0-7-7 7",
};

/** A mark beside words, never instead of them. */
export function Icon({ name }: { name: keyof typeof paths }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
