import { useEffect, useRef, useState, type ReactNode } from "react";
import type { ThreadSummary } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { Icon } from "./icon.tsx";
import { groupThreads } from "./thread-groups.ts";

/** The conversations of this person, with what can be done to the open one. */
export function Threads(): ReactNode {
  const threads = useStore((state) => state.threads);
  const current = useStore((state) => state.threadId);
  const newConversation = useStore((state) => state.newConversation);
  const go = useStore((state) => state.go);
  const start = (): void => {
    newConversation();
    go("chat");
    document.getElementById("question")?.focus();
  };
  return (
    <>
      <button type="button" className="btn plain" onClick={start}>
        <Icon name="plus" /> {say("threads.new")}
      </button>
      {threads.length === 0 && <p className="faint none">{say("threads.none")}</p>}
      {groupThreads(threads, new Date()).map((group) => (
        <section key={group.name} aria-label={say(`threads.${group.name}`)}>
          <h2>{say(`threads.${group.name}`)}</h2>
          <ul>
            {group.threads.map((thread) => (
              <li key={thread.id}>{thread.id === current ? <OpenThread key={thread.id} thread={thread} /> : <ThreadLink thread={thread} />}</li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

const titleOf = (thread: ThreadSummary): string => thread.title || say("threads.untitled");

function ThreadLink({ thread, current = false }: { thread: ThreadSummary; current?: boolean }): ReactNode {
  const open = useStore((state) => state.openThread);
  const go = useStore((state) => state.go);
  return (
    <a
      href={`#/t/${thread.id}`}
      aria-current={current ? "true" : undefined}
      onClick={(event) => {
        event.preventDefault();
        void open(thread.id);
        go("chat");
      }}
    >
      <bdi>{titleOf(thread)}</bdi>
    </a>
  );
}

type Act = "none" | "rename" | "delete";

function OpenThread({ thread }: { thread: ThreadSummary }): ReactNode {
  const [act, setAct] = useState<Act>("none");
  const remove = useStore((state) => state.deleteThread);
  const done = (): void => setAct("none");
  if (act === "rename") return <Rename thread={thread} onDone={done} />;
  return (
    <div className="current">
      <ThreadLink thread={thread} current />
      {act === "delete" ? (
        <div className="thread-acts" role="group" aria-label={say("threads.deleteAsk")}>
          <p>{say("threads.deleteAsk")}</p>
          <button type="button" onClick={() => void remove(thread.id)}>
            {say("threads.delete")}
          </button>
          <button type="button" onClick={done}>
            {say("threads.keep")}
          </button>
        </div>
      ) : (
        <div className="thread-acts">
          <button type="button" onClick={() => setAct("rename")}>
            {say("threads.rename")}
          </button>
          <button type="button" onClick={() => setAct("delete")}>
            {say("threads.delete")}
          </button>
        </div>
      )}
    </div>
  );
}

function Rename({ thread, onDone }: { thread: ThreadSummary; onDone: () => void }): ReactNode {
  const [title, setTitle] = useState(titleOf(thread));
  const field = useRef<HTMLInputElement>(null);
  const rename = useStore((state) => state.renameThread);
  useEffect(() => field.current?.select(), []);
  const save = async (): Promise<void> => {
    if (title.trim()) await rename(thread.id, title.trim());
    onDone();
  };
  return (
    <form className="current rename" onSubmit={(event) => (event.preventDefault(), void save())}>
      <input
        className="field-box"
        aria-label={say("threads.renameLabel")}
        value={title}
        maxLength={80}
        ref={field}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), onDone())}
      />
      <div className="thread-acts">
        <button type="submit">{say("threads.save")}</button>
        <button type="button" onClick={onDone}>
          {say("threads.cancel")}
        </button>
      </div>
    </form>
  );
}
