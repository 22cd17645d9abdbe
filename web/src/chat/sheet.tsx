import { useEffect, useLayoutEffect, useRef, type ReactNode, type TouchEvent } from "react";
import { say } from "../words/say.ts";

const SWIPE_PX = 70;

interface Props {
  label: string;
  kind: "sheet" | "menu" | "dialog";
  onClose: () => void;
  children: ReactNode;
}

/** A modal surface: from below (sheet), from the side (menu) or in the middle (dialog). The browser holds the focus in it and gives it back. */
export function Sheet({ label, kind, onClose, children }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const touched = useRef<number | null>(null);
  // Closed before it is taken off the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useEffect(() => {
    const element = dialog.current;
    const outside = (event: MouseEvent): void => {
      if (event.target === element) onClose();
    };
    const cancelled = (event: Event): void => {
      event.preventDefault();
      onClose();
    };
    element?.addEventListener("click", outside);
    element?.addEventListener("cancel", cancelled);
    return () => {
      element?.removeEventListener("click", outside);
      element?.removeEventListener("cancel", cancelled);
    };
  }, [onClose]);
  const swipe = {
    onTouchStart: (event: TouchEvent): void => {
      touched.current = dialog.current?.scrollTop === 0 ? (event.touches[0]?.clientY ?? null) : null;
    },
    onTouchEnd: (event: TouchEvent): void => {
      const end = event.changedTouches[0]?.clientY;
      if (touched.current !== null && end !== undefined && end - touched.current > SWIPE_PX) onClose();
    },
  };
  return (
    <dialog ref={dialog} className={`modal ${kind}`} aria-label={label} {...(kind === "sheet" ? swipe : {})}>
      <div className="inside">
        {children}
        <button type="button" className="btn plain close" onClick={onClose}>
          {say("panel.close")}
        </button>
      </div>
    </dialog>
  );
}
