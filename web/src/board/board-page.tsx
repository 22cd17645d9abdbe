import { useEffect, useRef, useState, type ReactNode } from "react";
import { Dialogs } from "../chat/dialogs.tsx";
import { useKeys } from "../chat/keys.ts";
import { Problem } from "../chat/problem.tsx";
import { TopBar } from "../chat/top-bar.tsx";
import { useLate } from "../chat/use-late.ts";
import { NO_THREADS, NARROW, useMedia } from "../chat/use-media.ts";
import type { Board, ContactAction, Problem as ProblemValue } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { localeTag, say } from "../words/say.ts";
import { Bands } from "./bands.tsx";
import { ClientPanel, ClientSheet } from "./client-panel.tsx";
import { ContactForm } from "./contact-form.tsx";
import { ContactLog } from "./contact-log.tsx";
import { LiveLine, LiveStatus } from "./live-line.tsx";
import { Movers } from "./movers.tsx";
import { SetAside } from "./set-aside.tsx";
import { TaskList } from "./task-list.tsx";
import { useHold } from "./use-hold.ts";
import { WorthList } from "./worth-list.tsx";

interface Logging {
  name: string;
  reference: string;
  action: ContactAction;
}

const actions: Record<string, ContactAction> = { call: "call", follow_up: "call", email_offer: "email", sms: "message" };

/** The live board of a relationship manager's book; staff see the numbers and what was set aside. */
export function BoardPage(): ReactNode {
  const manager = useStore((state) => state.me?.principal.role === "rm");
  const beside = !useMedia(NO_THREADS);
  const narrow = useMedia(NARROW);
  const [logging, setLogging] = useState<Logging | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const today = useStore((state) => state.board?.today ?? "");
  const read = useStore((state) => state.readBoard);
  useKeys();
  useEffect(() => void read(), [read]);
  useEffect(() => {
    document.documentElement.lang = localeTag();
    document.title = `${say("board.page")}: ${say("app.name")}`;
  }, []);
  const log = (name: string, reference: string, action: ContactAction): void => setLogging({ name, reference, action });
  const fromClient = ({ name, ref }: { name: string; ref: string }): void => log(name, ref, "call");
  return (
    <>
      <a className="skip" href="#today">
        {say("board.skip")}
      </a>
      <TopBar />
      <div className={manager && beside ? "board with-panel" : "board"}>
        <main id="main" tabIndex={-1}>
          <Head said={said} />
          <Content manager={manager} holdToo={logging !== null} onLog={(task) => log(task.name, task.ref, actions[task.step] ?? "call")} />
        </main>
        {manager && beside && <ClientPanel onLog={fromClient} />}
      </div>
      {manager && !beside && !logging && <ClientSheet kind={narrow ? "sheet" : "dialog"} onLog={fromClient} />}
      {logging && (
        <ContactForm {...logging} today={today} onClose={(words) => (setLogging(null), setSaid(words ?? said))} />
      )}
      <LiveStatus />
      <Dialogs />
    </>
  );
}

/** The answer first: how many to turn to, as of when, and whether it is live. */
function Head({ said }: { said: string | null }): ReactNode {
  const board = useStore((state) => state.board);
  const staff = useStore((state) => state.me?.principal.role !== "rm");
  return (
    <div className="board-head">
      <h1>{titleOf(board, staff)}</h1>
      <LiveLine />
      <p className="said" role="status">
        {said}
      </p>
    </div>
  );
}

function titleOf(board: Board | null, staff: boolean): string {
  if (staff) return say("board.titleStaff");
  if (!board) return say("board.titleOpening");
  return board.tasks_of ? say("board.title", { n: board.tasks_of }) : say("board.titleNone");
}

interface ContentProps {
  manager: boolean;
  holdToo: boolean;
  onLog: (task: Board["tasks"][number]) => void;
}

function Content({ manager, holdToo, onLog }: ContentProps): ReactNode {
  const board = useStore((state) => state.board);
  const problem = useStore((state) => state.boardProblem);
  const late = useLate(!board && !problem);
  const lists = useRef<HTMLDivElement>(null);
  useHold(lists, holdToo);
  return (
    <>
      {late && <p className="dim">{say("board.loading")}</p>}
      {problem && <Failed problem={problem} />}
      {board && <Bands board={board} />}
      {manager && <Waiting />}
      <div ref={lists} className="lists">
        {board && (manager ? <Lists board={board} onLog={onLog} /> : <SetAside />)}
      </div>
    </>
  );
}

function Lists({ board, onLog }: { board: Board } & Pick<ContentProps, "onLog">): ReactNode {
  return (
    <>
      <TaskList board={board} onLog={onLog} />
      <WorthList board={board} />
      <Movers board={board} />
      <ContactLog board={board} />
    </>
  );
}

function Failed({ problem }: { problem: ProblemValue }): ReactNode {
  const read = useStore((state) => state.readBoard);
  return (
    <Problem problem={problem}>
      <button type="button" className="btn plain" onClick={() => void read()}>
        {say("app.retry")}
      </button>
    </Problem>
  );
}

/** What has changed while nothing may move; it stays in reach while the page is scrolled. */
function Waiting(): ReactNode {
  const held = useStore((state) => state.held.length);
  const much = useStore((state) => state.heldMuch);
  const show = useStore((state) => state.showHeld);
  if (!held && !much) return null;
  const reveal = (): void => {
    show();
    document.getElementById("movers")?.focus();
  };
  return (
    <div className="waiting">
      <span>{much ? say("board.changesMany") : say("board.changes", { n: held })}</span>
      <button type="button" className="link" onClick={reveal}>
        {say("board.show")}
      </button>
    </div>
  );
}
