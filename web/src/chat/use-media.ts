import { useSyncExternalStore } from "react";

/** Whether a media query holds, followed live. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}

/** Below this the panel becomes a line above the answer, and what is opened becomes a sheet. */
export const NARROW = "(max-width: 60rem)";
/** Below this the conversations become a menu. */
export const NO_THREADS = "(max-width: 80rem)";
