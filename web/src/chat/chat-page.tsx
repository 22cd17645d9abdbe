import { useEffect, type ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { localeTag, say } from "../words/say.ts";
import { Composer } from "./composer.tsx";
import { Dialogs } from "./dialogs.tsx";
import { useKeys } from "./keys.ts";
import { Log } from "./log.tsx";
import { InspectedSheet, Panel } from "./panel.tsx";
import { Offline, Status } from "./status.tsx";
import { Threads } from "./threads.tsx";
import { TopBar } from "./top-bar.tsx";
import { NARROW, NO_THREADS, useMedia } from "./use-media.ts";

/** The chat: conversations, the letter, and its working. */
export function ChatPage(): ReactNode {
  const narrow = useMedia(NARROW);
  const menu = useMedia(NO_THREADS);
  useKeys();
  useTitle();
  return (
    <div className="page">
      <a className="skip" href="#question">
        {say("app.skip")}
      </a>
      <TopBar />
      <div className="app">
        {!menu && (
          <nav className="threads" aria-label={say("threads.label")}>
            <Threads />
          </nav>
        )}
        <main className="talk">
          <Log />
          <Offline />
          <Composer />
        </main>
        {narrow ? <InspectedSheet /> : <Panel />}
      </div>
      <Status />
      <Dialogs />
    </div>
  );
}

/** The title names the open conversation, for tabs and the history of the browser. */
function useTitle(): void {
  const title = useStore((state) => state.threads.find((thread) => thread.id === state.threadId)?.title);
  useEffect(() => {
    document.documentElement.lang = localeTag();
    document.title = title ? `${title}: ${say("app.name")}` : say("app.name");
  }, [title]);
}
