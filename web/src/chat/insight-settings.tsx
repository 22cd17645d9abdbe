import { useEffect, useId, type ReactNode } from "react";
import type { InsightSettings as Chosen } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say, sayName } from "../words/say.ts";
import { Problem } from "./problem.tsx";
import { Switch } from "./switch.tsx";

/** What quiet hours are when they are first switched on. */
const NIGHT = { quiet_from: 22, quiet_to: 8 };
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Which things worth knowing are shown, and when. Each choice acts at once. */
export function InsightSettings(): ReactNode {
  const settings = useStore((state) => state.insightSettings);
  const problem = useStore((state) => state.insightProblem);
  const read = useStore((state) => state.readInsightSettings);
  const change = useStore((state) => state.setInsightSettings);
  useEffect(() => void read(), [read]);
  if (!settings) return problem ? <Problem problem={problem} /> : null;
  const choose = (part: Partial<Chosen>): void => void change({ ...settings, ...part });
  return (
    <>
      <h3>{say("insight.title")}</h3>
      {settings.kinds.map((kind) => (
        <Switch
          key={kind}
          label={sayName("insight.kind", kind)}
          on={!settings.off.includes(kind)}
          onChange={(on) => choose({ off: on ? settings.off.filter((each) => each !== kind) : [...settings.off, kind] })}
        />
      ))}
      <QuietHours settings={settings} choose={choose} />
      {problem && <Problem problem={problem} />}
    </>
  );
}

function QuietHours({ settings, choose }: { settings: Chosen; choose: (part: Partial<Chosen>) => void }): ReactNode {
  const { quiet_from: from, quiet_to: to } = settings;
  const on = from !== null && to !== null;
  return (
    <>
      <Switch label={say("quiet.title")} note={say("quiet.note")} on={on} onChange={(wanted) => choose(wanted ? NIGHT : { quiet_from: null, quiet_to: null })} />
      {on && (
        <p className="quiet">
          <Hour label={say("quiet.from")} hour={from} other={to} onChange={(hour) => choose({ quiet_from: hour })} />
          <Hour label={say("quiet.to")} hour={to} other={from} onChange={(hour) => choose({ quiet_to: hour })} />
        </p>
      )}
    </>
  );
}

/** An hour of the day. The one that the other end has cannot be chosen: no hours would be left, or all of them. */
function Hour({ label, hour, other, onChange }: { label: string; hour: number; other: number; onChange: (hour: number) => void }): ReactNode {
  const id = useId();
  return (
    <span>
      <label htmlFor={id}>{label}</label>
      <select id={id} className="field-box" value={hour} onChange={(event) => onChange(Number(event.target.value))}>
        {HOURS.filter((each) => each !== other).map((each) => (
          <option key={each} value={each}>
            {`${String(each).padStart(2, "0")}:00`}
          </option>
        ))}
      </select>
    </span>
  );
}
