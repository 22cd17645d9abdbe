import type { MouseEvent, ReactNode } from "react";
import { asOf } from "../format/date.ts";
import type { Page } from "../state/place.ts";
import { useStore, type State } from "../state/store.ts";
import { audience, say, type Key } from "../words/say.ts";
import { Icon } from "./icon.tsx";

/** The pages of each kind of person. A page is listed when it exists. */
const pagesOf = (role: string): { page: Page; name: Key; href: string }[] => [
  { page: "chat", name: "app.chat", href: "/" },
  ...(role === "customer" ? [{ page: "twin", name: "app.twin", href: "/twin" } as const] : []),
  ...(role === "rm" || role === "staff" ? [{ page: "board", name: "app.board", href: "/board" } as const] : []),
];

/** A press with a modifier, or of another button, is the browser's: it opens a tab. */
const plainPress = (event: MouseEvent): boolean => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** As of when the figures are: the board hears of newer ones. */
const newestDay = ({ me, board }: State): string => {
  const opened = me?.as_of ?? "";
  return board && board.as_of > opened ? board.as_of : opened;
};

export function TopBar(): ReactNode {
  const me = useStore((state) => state.me);
  const dialog = useStore((state) => state.dialog);
  const openDialog = useStore((state) => state.openDialog);
  const current = useStore((state) => state.page);
  const newest = useStore(newestDay);
  const go = useStore((state) => state.go);
  if (!me) return null;
  return (
    <header className="bar">
      <a className="mark" href="/">
        {say("app.name")} {me.demo && <span className="demo">{say("app.demo")}</span>}
      </a>
      <nav aria-label={say("app.nav")}>
        {pagesOf(me.principal.role).map(({ page, name, href }) => (
          <a
            key={page}
            href={href}
            aria-current={page === current ? "page" : undefined}
            onClick={(event) => {
              if (!plainPress(event)) return;
              event.preventDefault();
              go(page);
            }}
          >
            {say(name)}
          </a>
        ))}
      </nav>
      <div className="end">
        <button type="button" className="menu only-narrow" aria-expanded={dialog === "threads"} onClick={() => openDialog("threads")}>
          <Icon name="list" />
          <span className="label">{say("threads.label")}</span>
        </button>
        {audience(me.principal.role) !== "staff" && <span className="asof small">{say("app.asOf", { when: asOf(newest) })}</span>}
        <button type="button" className="menu who" aria-haspopup="dialog" title={say("settings.open")} onClick={() => openDialog("settings")}>
          <bdi>{me.principal.name}</bdi>
        </button>
      </div>
    </header>
  );
}
