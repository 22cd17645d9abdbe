import { useEffect, type ReactNode } from "react";
import { BoardPage } from "./board/board-page.tsx";
import { ChatPage } from "./chat/chat-page.tsx";
import { useLate } from "./chat/use-late.ts";
import { SignInPage } from "./session/sign-in.tsx";
import type { Page } from "./state/place.ts";
import { useStore } from "./state/store.ts";
import { TwinPage } from "./twin/twin-page.tsx";
import { say } from "./words/say.ts";

const pages: Record<Page, ReactNode> = { chat: <ChatPage />, twin: <TwinPage />, board: <BoardPage /> };

/** Which page is shown, by the state of the session. */
export function App(): ReactNode {
  const phase = useStore((state) => state.phase);
  const page = useStore((state) => state.page);
  const start = useStore((state) => state.start);
  const late = useLate(phase === "opening");
  useEffect(() => {
    void start();
  }, [start]);
  useWaking();
  useArriving();
  if (phase === "in") return pages[page];
  if (phase === "out") return <SignInPage />;
  if (phase === "opening") return late ? <p className="opening">{say("app.loading")}</p> : null;
  return (
    <main className="sign-in">
      <p className="disclosure">{say("app.unreachable")}</p>
      <p className="acts">
        <button type="button" className="btn plain" onClick={() => void start()}>
          {say("app.retry")}
        </button>
      </p>
    </main>
  );
}

/** Going back and forth in the browser goes between the pages. */
function useArriving(): void {
  const arrive = useStore((state) => state.arrive);
  useEffect(() => {
    addEventListener("popstate", arrive);
    return () => removeEventListener("popstate", arrive);
  }, [arrive]);
}

/** A tab that is looked at again, or a device that is online again, does not wait for the next attempt. */
function useWaking(): void {
  const wake = useStore((state) => state.wake);
  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState === "visible") wake();
    };
    document.addEventListener("visibilitychange", seen);
    addEventListener("online", wake);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("online", wake);
    };
  }, [wake]);
}
