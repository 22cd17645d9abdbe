import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { Settings } from "./settings.tsx";
import { Sheet } from "./sheet.tsx";
import { Threads } from "./threads.tsx";
import { NO_THREADS, useMedia } from "./use-media.ts";

/** What opens over any page: the settings, and on a narrow screen the conversations. */
export function Dialogs(): ReactNode {
  const menu = useMedia(NO_THREADS);
  const dialog = useStore((state) => state.dialog);
  const openDialog = useStore((state) => state.openDialog);
  if (dialog === "settings") return <Settings />;
  if (dialog !== "threads" || !menu) return null;
  return (
    <Sheet label={say("threads.label")} kind="menu" onClose={() => openDialog(null)}>
      <div className="threads">
        <Threads />
        <button type="button" className="btn plain settings-button" onClick={() => openDialog("settings")}>
          {say("settings.open")}
        </button>
      </div>
    </Sheet>
  );
}
