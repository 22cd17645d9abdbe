import type { ReactNode } from "react";
import { argumentWords } from "../format/arguments.ts";
import { duration } from "../format/date.ts";
import type { Gate, Specialist, Step, Tool, Turn } from "../turn/turn.ts";
import { isOpen } from "../turn/turn.ts";
import { say, sayName } from "../words/say.ts";

/** The steps every run takes, so that the length of the work is known before it is done; and those of a decision. */
const usual = ["intake", "supervisor", "compliance_checker", "deliver"];
const deciding = ["confirm", "compliance_checker", "deliver"];

const waitingStep = (name: string): Step => ({ name, label: null, state: "waiting", ms: null, summary: "", gate: null });

function stepsOf(turn: Turn): Step[] {
  if (!isOpen(turn)) return turn.steps;
  const told = new Map(turn.steps.map((step) => [step.name, step]));
  const expected = turn.decides ? deciding : usual;
  const extra = turn.steps.filter((step) => !expected.includes(step.name));
  return [...expected.map((name) => told.get(name) ?? waitingStep(name)), ...extra];
}

/** "How this was answered": a rail of steps, a second rail for specialists in parallel, a square for the gate. */
export function Trace({ turn }: { turn: Turn }): ReactNode {
  return (
    <ol className="trace">
      {stepsOf(turn).map((step) => (
        <li key={step.name} className={[step.state, step.name === "compliance_checker" ? "gate" : ""].join(" ")}>
          <Who name={stepLabel(step)} note={stepNote(step, turn)} />
          {step.summary && <p>{step.summary}</p>}
          {step.name === "supervisor" && turn.specialists.length > 0 && (
            <ol className="wave">
              {turn.specialists.map((specialist, index) => (
                <SpecialistPart key={index} specialist={specialist} />
              ))}
            </ol>
          )}
          {step.gate && <Checks gate={step.gate} />}
          {step.name === "deliver" && turn.record && <p>{say("panel.record", { record: shortRecord(turn.record) })}</p>}
        </li>
      ))}
    </ol>
  );
}

const shortRecord = (record: string): string => (record.length > 14 ? `${record.slice(0, 4)}-${record.slice(4, 8)}` : record);
const stepLabel = (step: Step): string => step.label ?? sayName("step", step.name);

function stepNote(step: Step, turn: Turn): string {
  if (step.name === "deliver" && step.state !== "waiting") return say("step.delivered", { n: turn.blocks.length });
  return note(step.state, step.ms);
}

function note(state: Step["state"], ms: number | null): string {
  if (state === "done") return ms === null ? "" : duration(ms);
  return say(`step.${state}`);
}

function Who({ name, note: text }: { name: string; note: string }): ReactNode {
  return (
    <div className="who">
      {name} <span>{text}</span>
    </div>
  );
}

function SpecialistPart({ specialist }: { specialist: Specialist }): ReactNode {
  return (
    <li className={specialist.state}>
      <Who name={sayName("step", specialist.name)} note={note(specialist.state, specialist.ms)} />
      {specialist.tools.map((tool, index) => (
        <ToolLine key={index} tool={tool} />
      ))}
      {specialist.state === "failed" && <p className="missing">{specialist.summary || say("trace.failed")}</p>}
    </li>
  );
}

function ToolLine({ tool }: { tool: Tool }): ReactNode {
  const told = [argumentWords(tool.args), tool.state === "waiting" ? "" : tool.result].filter(Boolean).join("; ");
  return (
    <div className={`tool ${tool.state}`}>
      <code>{tool.name}</code>
      <i>{note(tool.state, tool.ms)}</i>
      {told && <span>{told}</span>}
    </div>
  );
}

function Checks({ gate }: { gate: Gate }): ReactNode {
  const count = (n: number): string => (n === 0 ? say("gate.none") : String(n));
  return (
    <ul className="checks">
      <li>
        {say("gate.figures")} <b>{gate.figures ? say("gate.of", { n: gate.figures, total: gate.figures }) : say("gate.none")}</b>
      </li>
      <li>
        {say("gate.removed")} <b>{count(gate.removed)}</b>
      </li>
      <li>
        {say("gate.notices")} <b>{count(gate.notices)}</b>
      </li>
      <li>
        {say("gate.rules")} <b>{gate.rules.length ? gate.rules.map((rule) => sayName("rule", rule)).join(", ") : say("gate.none")}</b>
      </li>
    </ul>
  );
}
