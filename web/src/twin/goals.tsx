import { useEffect, type ReactNode } from "react";
import { Problem } from "../chat/problem.tsx";
import { clock, day, month } from "../format/date.ts";
import { amountMinor, inHundred, roundMinor } from "../format/fact.ts";
import type { GoalOutlook, Plan, PlanGoal } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say, sentenceCase } from "../words/say.ts";
import { Debts } from "./debts.tsx";

/** The plan: each goal with what counts towards it, where it should be today, and when it is likely to be there. */
export function Goals(): ReactNode {
  const plan = useStore((state) => state.plan);
  const problem = useStore((state) => state.planProblem);
  const read = useStore((state) => state.readPlan);
  useEffect(() => void read(), [read]);
  if (!plan && !problem) return null;
  return (
    <section aria-labelledby="goals">
      <h2 id="goals">{say("goals.title")}</h2>
      {plan && plan.goals.length > 0 && <p className="sub">{say("goals.sub")}</p>}
      {problem && (
        <Problem problem={problem}>
          <button type="button" className="btn plain" onClick={() => void read()}>
            {say("app.retry")}
          </button>
        </Problem>
      )}
      {plan && <List plan={plan} />}
    </section>
  );
}

/** Once the chat is there: the person goes on where the words begun for them end. */
function goOnWriting(): void {
  const field = document.getElementById("question") as HTMLTextAreaElement | null;
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}

function List({ plan }: { plan: Plan }): ReactNode {
  const begin = useStore((state) => state.begin);
  return (
    <>
      {plan.goals.map((goal) => (
        <Goal key={goal.id} goal={goal} currency={plan.currency} />
      ))}
      {plan.goals.length === 0 && (
        <>
          <p className="sub">{say("goals.none")}</p>
          <p className="acts">
            <button type="button" className="btn plain" onClick={() => (begin(say("goals.firstDraft")), requestAnimationFrame(goOnWriting))}>
              {say("goals.first")}
            </button>
          </p>
        </>
      )}
      <Undo plan={plan} />
      <Debts debts={plan.debts} />
    </>
  );
}

function Goal({ goal, currency }: { goal: PlanGoal; currency: string }): ReactNode {
  const remove = useStore((state) => state.removeGoal);
  const askAfresh = useStore((state) => state.askAfresh);
  const name = goal.purpose ?? say("goals.unnamed");
  const { outlook } = goal;
  const behind = outlook?.on_track === false;
  return (
    <article className="goal" aria-label={name}>
      <p className="head">
        <b>
          <bdi>{sentenceCase(name)}</bdi>
        </b>
        <span>{outlook ? say("goals.of", { saved: roundMinor(outlook.available_minor, currency), amount: amountMinor(goal.amount_minor, currency) }) : amountMinor(goal.amount_minor, currency)}</span>
      </p>
      {outlook && <Track goal={goal} outlook={outlook} />}
      <p className="small dim">{outlook ? outlookWords(goal, outlook, currency) : say("goals.tooShort")}</p>
      <p className="insight-acts">
        {behind && (
          <button type="button" className="link" onClick={() => void askAfresh(say("goals.soonerQuestion", { name, amount: amountMinor(goal.amount_minor, currency) }))}>
            {say("goals.sooner")}
          </button>
        )}
        <button type="button" className="plain-button" aria-label={say("goals.removeNamed", { name })} onClick={() => void remove(goal.id)}>
          {say("goals.remove")}
        </button>
      </p>
    </article>
  );
}

const share = (part: number, whole: number): number => Math.round(Math.min(Math.max(part / whole, 0), 1) * 1000) / 10;

/** Filled: what counts towards the goal. Upright line: where the plan wanted to be today. */
function Track({ goal, outlook }: { goal: PlanGoal; outlook: GoalOutlook }): ReactNode {
  const saved = share(outlook.available_minor, goal.amount_minor);
  const planned = outlook.expected_minor === null ? null : share(outlook.expected_minor, goal.amount_minor);
  const label = planned === null ? say("goals.track", { saved: Math.round(saved) }) : say("goals.trackPlanned", { saved: Math.round(saved), planned: Math.round(planned) });
  return (
    <div className="track" role="img" aria-label={label}>
      <i style={{ width: `${saved}%` }} />
      {planned !== null && <span className="by" style={{ left: `${planned}%` }} />}
    </div>
  );
}

/** The outlook in sentences: bad news first, then when it is likely, then what would raise it. */
export function outlookWords(goal: PlanGoal, outlook: GoalOutlook, currency: string): string {
  const by = goal.by ? day(goal.by) : null;
  if (outlook.status === "reached") return say("goals.reached");
  const { probability: chance, more_minor: more } = outlook;
  return [
    outlook.status === "overdue" && by && say("goals.overdue", { by }),
    behind(outlook, currency),
    likely(outlook),
    chance !== null && by && say("goals.chance", { share: sentenceCase(inHundred(chance)), by }),
    (more ?? 0) > 0 && say("goals.more", { amount: roundMinor(more ?? 0, currency) }),
  ].filter(Boolean).join(" ");
}

function behind({ on_track, expected_minor, available_minor }: GoalOutlook, currency: string): string {
  const short = (expected_minor ?? 0) - available_minor;
  return on_track === false && short > 0 ? say("goals.behind", { amount: roundMinor(short, currency) }) : "";
}

function likely({ likely_on, likely_from, likely_to }: GoalOutlook): string {
  if (!likely_on) return say("goals.never");
  const when = month(likely_on);
  if (!likely_from || !likely_to || month(likely_from) === month(likely_to)) return say("goals.likely", { when });
  return say("goals.likelyBetween", { when, from: month(likely_from), to: month(likely_to) });
}

/** After a goal was taken out: the way back, while there is one. */
function Undo({ plan }: { plan: Plan }): ReactNode {
  const undo = useStore((state) => state.undoPlan);
  const newest = plan.versions.find((each) => each.current);
  if (plan.undo_version === null || !plan.undo_until || newest?.cause !== "deleted") return null;
  const version = plan.undo_version;
  return (
    <p className="small undone" role="status">
      {say("goals.removed", { until: clock(plan.undo_until, new Date()) })}{" "}
      <button type="button" className="link" onClick={() => void undo(version)}>
        {say("turn.undo")}
      </button>
    </p>
  );
}
