/** The pages that exist, by their address. */
export type Page = "chat" | "twin" | "board";

const paths: Record<Page, string> = { chat: "/", twin: "/twin", board: "/board" };

const pages: readonly Page[] = ["twin", "board"];

/** The page of an address, for whom it is; the chat is everybody's. */
export function pageFor(role: string, page: Page): Page {
  const own = role === "customer" ? "twin" : role === "rm" || role === "staff" ? "board" : "chat";
  return page === own ? page : "chat";
}

/** Where the browser says that the person is. */
export interface Place {
  /** The open conversation. */
  read: () => string | null;
  write: (threadId: string | null) => void;
  page: () => Page;
  /** Goes to a page, so that the browser can go back. */
  go: (page: Page, threadId: string | null) => void;
}

const hashOf = (threadId: string | null): string => (threadId ? `#/t/${threadId}` : "");

/** Conversations are part of the address behind the hash; to change one is no step to go back over. */
export const place: Place = {
  read: () => /^#\/t\/(.+)$/.exec(location.hash)?.[1] ?? null,
  write: (threadId) => {
    const hash = hashOf(threadId);
    if (location.hash !== hash) history.replaceState(null, "", `${location.pathname}${hash}`);
  },
  page: () => pages.find((page) => location.pathname === paths[page]) ?? "chat",
  go: (page, threadId) => {
    const address = `${paths[page]}${page === "chat" ? hashOf(threadId) : ""}`;
    if (location.pathname !== paths[page]) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  },
};
