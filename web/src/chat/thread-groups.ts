import type { ThreadSummary } from "../protocol.d.ts";

export type GroupName = "today" | "month" | "earlier";

/** Conversations by when they were last used, newest first: today, this calendar month, earlier. */
export function groupThreads(threads: readonly ThreadSummary[], now: Date): { name: GroupName; threads: ThreadSummary[] }[] {
  const group = (thread: ThreadSummary): GroupName => {
    const at = new Date(thread.updated_at);
    if (at.toDateString() === now.toDateString()) return "today";
    return at.getFullYear() === now.getFullYear() && at.getMonth() === now.getMonth() ? "month" : "earlier";
  };
  const newest = [...threads].sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  return (["today", "month", "earlier"] as const)
    .map((name) => ({ name, threads: newest.filter((thread) => group(thread) === name) }))
    .filter((each) => each.threads.length > 0);
}
