import type { ReactNode } from "react";
import type { ChartBlock } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { ofRole, told } from "./chart-series.ts";

/** What the drawing means, below it: on a phone the only place where lines are named. */
export function Key({ block }: { block: ChartBlock }): ReactNode {
  const bars = block.kind === "bars" ? told(block) : [];
  return (
    <div className="key">
      <Bands block={block} />
      {ofRole(block, "alternative").map((each) => (
        <Entry key={each.name} name={each.name}>
          <path className="alt" d="M0 6H20" />
        </Entry>
      ))}
      {ofRole(block, "target").map((each) => (
        <Entry key={each.name} name={each.name}>
          <path className="target" d="M0 6H20" />
        </Entry>
      ))}
      {bars.length > 1 && bars.map((each, nth) => (
        <Entry key={each.name} name={each.name}>
          <rect width="20" height="12" className={`bar-${nth + 1}`} />
        </Entry>
      ))}
    </div>
  );
}

/** How sure it is: bands around a line, or a line over each bar. */
function Bands({ block }: { block: ChartBlock }): ReactNode {
  if (ofRole(block, "low80").length === 0) return null;
  if (block.kind === "bars") {
    return (
      <Entry name={say("chart.band80")}>
        <path className="interval" d="M10 1V11M7 1h6M7 11h6" />
      </Entry>
    );
  }
  const close = ofRole(block, "low50").length > 0;
  return (
    <Entry name={say(close ? "chart.bands" : "chart.band")}>
      <rect width="20" height="12" className="fan80" />
      {close && <rect y="3" width="20" height="6" className="fan50" />}
      <path className="mid" d="M0 6H20" />
    </Entry>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <span>
      <svg viewBox="0 0 20 12" aria-hidden="true">
        {children}
      </svg>
      {name}
    </span>
  );
}
