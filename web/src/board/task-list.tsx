import type { ReactNode } from "react";
import { shortDay } from "../format/date.ts";
import type { Board, BoardTask, Urgency } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { BandWord } from "./band-word.tsx";
import { driverText } from "./figures.ts";
import { NameLink } from "./name-link.tsx";
import { Score } from "./score.tsx";

const URGENCIES: readonly Urgency[] = ["now", "this_week", "soon"];

interface Props {
  board: Board;
  onLog: (task: BoardTask) => void;
}

/** Whom to turn to, by urgency and effort: who, why, what next, and when to come back. */
export function TaskList({ board, onLog }: Props): ReactNode {
  const showAll = useStore((state) => state.showWholeList);
  const { tasks, tasks_of: all } = board;
  return (
    <section aria-labelledby="today">
      <h2 id="today" tabIndex={-1}>
        {say("today.title")}
      </h2>
      <p className="sub">
        {tasks.length ? say("today.lead") : say("today.none")} {all > tasks.length && say("today.some", { shown: tasks.length, n: all })}
      </p>
      {tasks.length > 0 && (
        <table className="ledger tasks" aria-labelledby="today">
          <thead>
            <tr>
              <th scope="col">{say("today.client")}</th>
              <th scope="col">{say("today.band")}</th>
              <th scope="col" className="num">
                {say("today.score")}
              </th>
              <th scope="col" className="why">
                {say("today.why")}
              </th>
              <th scope="col">{say("today.next")}</th>
              <th scope="col" className="c-follow">
                {say("today.followUp")}
              </th>
              <th scope="col" className="c-log">
                <span className="vh">{say("today.log")}</span>
              </th>
            </tr>
          </thead>
          {URGENCIES.map((urgency) => (
            <Group key={urgency} urgency={urgency} tasks={tasks.filter((task) => task.urgency === urgency)} today={board.today} onLog={onLog} />
          ))}
        </table>
      )}
      {all > tasks.length && (
        <p className="after">
          <button type="button" className="btn plain" onClick={() => void showAll()}>
            {say("today.all", { n: all })}
          </button>
        </p>
      )}
    </section>
  );
}

interface GroupProps {
  urgency: Urgency;
  tasks: readonly BoardTask[];
  today: string;
  onLog: (task: BoardTask) => void;
}

function Group({ urgency, tasks, today, onLog }: GroupProps): ReactNode {
  if (tasks.length === 0) return null;
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={7}>
          {say(`urgency.${urgency}`)} <span>{tasks.length}</span>
        </th>
      </tr>
      {tasks.map((task) => (
        <Line key={task.customer_id} task={task} today={today} onLog={onLog} />
      ))}
    </tbody>
  );
}

function Line({ task, today, onLog }: { task: BoardTask; today: string; onLog: (task: BoardTask) => void }): ReactNode {
  const chosen = useStore((state) => state.clientRef === task.ref);
  const [first] = task.drivers;
  return (
    <tr className={chosen ? "chosen" : undefined}>
      <th scope="row" className="c-who">
        <NameLink name={task.name} reference={task.ref} />
      </th>
      <td className="c-band">
        <BandWord band={task.band} />
      </td>
      <td className="num c-score">
        <Score name={task.name} reference={task.ref} score={task.score} />
      </td>
      <td className="why">
        <span>{first ? driverText(first) : say("today.noReason")}</span> <span className="dim">{say(`cause.${task.cause}`)}</span>
      </td>
      <td className="c-next">
        <b>{say(`step.next.${task.step}`)}</b> <span className="dim">{say("step.minutes", { n: task.minutes })}</span>
      </td>
      <td className="c-follow">{followUp(task, today)}</td>
      <td className="c-log">
        <button type="button" className="btn plain" aria-label={say("today.logFor", { name: task.name })} onClick={() => onLog(task)}>
          {say("today.log")}
        </button>
      </td>
    </tr>
  );
}

function followUp({ contact }: BoardTask, today: string): ReactNode {
  const on = contact?.follow_up_on;
  if (!on) return <span className="faint none">{say("followUp.none")}</span>;
  return on < today ? <b>{say("followUp.overdue", { day: shortDay(on) })}</b> : say("followUp.due", { day: shortDay(on) });
}
