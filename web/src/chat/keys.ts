import { useEffect } from "react";
import { usePreferences } from "../state/preferences.ts";
import { useStore } from "../state/store.ts";
import { isOpen } from "../turn/turn.ts";

const writing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const turnOf = (element: Element | null): HTMLElement | null => element?.closest<HTMLElement>("[data-turn]") ?? null;

function focusOn(element: HTMLElement | undefined): void {
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest" });
}

/** The next or previous turn: focus on its heading, and the panel shows its working. */
function moveTurn(step: 1 | -1): void {
  const turns = [...document.querySelectorAll<HTMLElement>("[data-turn]")];
  const here = turns.indexOf(turnOf(document.activeElement)!);
  const next = turns[here < 0 ? turns.length - 1 : Math.min(Math.max(here + step, 0), turns.length - 1)];
  if (!next) return;
  const heading = next.querySelector<HTMLElement>(".you");
  heading?.focus({ preventScroll: true });
  heading?.scrollIntoView({ block: "start" });
  useStore.getState().show(next.dataset["turn"]!);
}

/** The next or previous figure of the answer that has the focus, or of the last one; of the whole page where there are no answers. */
function moveFigure(step: 1 | -1): void {
  const turn = turnOf(document.activeElement) ?? [...document.querySelectorAll<HTMLElement>("[data-turn]")].at(-1) ?? document.querySelector("main");
  const figures = [...(turn?.querySelectorAll<HTMLElement>(".f") ?? [])];
  const here = figures.indexOf(document.activeElement as HTMLElement);
  const first = step === 1 ? 0 : figures.length - 1;
  focusOn(figures[here < 0 ? first : (here + step + figures.length) % figures.length]);
}

/** Esc closes what is open; else it stops the answer. Modal surfaces close themselves. */
function escape(): void {
  const { inspected, inspect, turns, stop } = useStore.getState();
  if (document.querySelector("dialog[open]")) return;
  if (inspected) inspect(null);
  else if (turns.some(isOpen)) stop();
}

const single: Record<string, () => void> = {
  "/": () => focusOn(document.getElementById("question") ?? undefined),
  j: () => moveTurn(1),
  k: () => moveTurn(-1),
  "[": () => moveFigure(-1),
  "]": () => moveFigure(1),
  "?": () => useStore.getState().openDialog("settings"),
};

/** The keys of the chat page. Those without a modifier can be switched off and never act while something is written. */
export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") return escape();
      const act = single[event.key];
      if (!act || !usePreferences.getState().singleKeys || writing(event.target) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
