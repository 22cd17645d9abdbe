import type { ReactNode } from "react";
import { asOf } from "../format/date.ts";
import { useStore } from "../state/store.ts";
import { audience, say } from "../words/say.ts";
import { Icon } from "./icon.tsx";

/** The pages of this release. A page is listed when it exists. */
const pages = [{ name: "app.chat", href: "/" }] as const;

export function TopBar(): ReactNode {
  const me = useStore((state) => state.me);
  const dialog = useStore((state) => state.dialog);
  const openDialog = useStore((state) => state.openDialog);
  if (!me) return null;
  return (
    <header className="bar">
      <a className="mark" href="/">
        {say("app.name")} {me.demo && <span className="demo">{say("app.demo")}</span>}
      </a>
      <nav aria-label={say("app.nav")}>
        {pages.map((page) => (
          <a key={page.name} href={page.href} aria-current="page">
            {say(page.name)}
          </a>
        ))}
      </nav>
      <div className="end">
        <button type="button" className="menu only-narrow" aria-expanded={dialog === "threads"} onClick={() => openDialog("threads")}>
          <Icon name="list" />
          <span className="label">{say("threads.label")}</span>
        </button>
        {audience(me.principal.role) !== "staff" && <span className="asof small">{say("app.asOf", { when: asOf(me.as_of) })}</span>}
        <button type="button" className="menu who" aria-haspopup="dialog" title={say("settings.open")} onClick={() => openDialog("settings")}>
          <bdi>{me.principal.name}</bdi>
        </button>
      </div>
    </header>
  );
}
