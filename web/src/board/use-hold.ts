import { useEffect, useRef, type RefObject } from "react";
import { useStore } from "../state/store.ts";

/** From this scroll on the person is reading further down. */
const SCROLLED_PX = 160;

/** Keeps the lists as they are while somebody is in the middle of them: pointer or focus inside, scrolled down, or a form open over them. */
export function useHold(lists: RefObject<HTMLElement | null>, formOpen: boolean): void {
  const hold = useStore((state) => state.hold);
  const form = useRef(formOpen);
  useEffect(() => {
    form.current = formOpen;
  }, [formOpen]);
  useEffect(() => {
    let pointer = false;
    const inside = (): boolean => lists.current?.contains(document.activeElement) ?? false;
    const decide = (): void => hold(pointer || inside() || form.current || scrollY > SCROLLED_PX);
    const moved = (event: PointerEvent): void => {
      const over = event.pointerType === "mouse" && (lists.current?.contains(event.target as Node) ?? false);
      if (over === pointer) return;
      pointer = over;
      decide();
    };
    // The focus is nowhere for a moment while it moves from one element to the next.
    const focused = (): void => void setTimeout(decide, 0);
    addEventListener("pointermove", moved);
    addEventListener("scroll", decide, { passive: true });
    document.addEventListener("focusin", focused);
    document.addEventListener("focusout", focused);
    return () => {
      removeEventListener("pointermove", moved);
      removeEventListener("scroll", decide);
      document.removeEventListener("focusin", focused);
      document.removeEventListener("focusout", focused);
      hold(false);
    };
  }, [hold, lists]);
}
