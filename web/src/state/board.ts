import { countsOf, isInsight, together, withNews } from "../board/news.ts";
import type { Board, ClientStress, ContactInput, NewsFrame, NewsItem, Problem, SetAsideAnswer } from "../protocol.d.ts";
import type { Bank } from "../session/bank.ts";
import type { Guarded } from "./guard.ts";

export interface BoardState {
  board: Board | null;
  boardProblem: Problem | null;
  /** Number of the newest change that was heard of; null before the board was read. */
  heardUpTo: number | null;
  /** Since when the news come without a gap; null while they do not. */
  liveSince: string | null;
  /** Whether nothing may move now, and the changes that wait because of it. */
  holding: boolean;
  held: readonly NewsItem[];
  /** More has changed than was told one by one. */
  heldMuch: boolean;
  /** The news that were shown last, for whoever cannot see the rows change; when each client changed. */
  newest: readonly NewsItem[];
  changedAt: Readonly<Record<string, string>>;
  wholeList: boolean;
  clientRef: string | null;
  client: ClientStress | null;
  clientProblem: Problem | null;
  setAside: SetAsideAnswer | null;
}

export interface BoardActions {
  readBoard: () => Promise<void>;
  /** All of today's list instead of its beginning. */
  showWholeList: () => Promise<void>;
  hear: (frame: NewsFrame) => void;
  /** Keeps the rows where they are, or lets them go again. */
  hold: (on: boolean) => void;
  showHeld: () => void;
  openClient: (ref: string | null) => Promise<void>;
  /** Says whether it was kept; a failure is told to `onFailure`. */
  logContact: (given: ContactInput, onFailure: (problem: Problem) => void) => Promise<boolean>;
  takeBack: (key: string) => Promise<boolean>;
  readSetAside: () => Promise<void>;
}

export const noBoard: BoardState = {
  board: null, boardProblem: null, heardUpTo: null, liveSince: null, holding: false, held: [], heldMuch: false, newest: [], changedAt: {},
  wholeList: false, clientRef: null, client: null, clientProblem: null, setAside: null,
};

/** After news the board is read again, for its ranks; but not more often than this. */
const READ_AGAIN_MS = 4000;
const WHOLE_LIST = 200;

interface Ports {
  bank: Bank;
  guarded: Guarded;
  now: () => Date;
  listen: (after: number) => void;
  set: (change: Partial<BoardState>) => void;
  get: () => BoardState;
}

/** The part of the store that holds the board. News change it at once, unless somebody is in the middle of it. */
export function boardSlice({ bank, guarded, now, listen, set, get }: Ports): BoardActions {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let behind = false;
  let asked = 0;
  let opened = 0;
  /** News that were shown, until the bank's own board has them. */
  let recent: readonly NewsItem[] = [];
  const fail = (boardProblem: Problem): void => set({ boardProblem });

  const read = async (): Promise<void> => {
    const mine = (asked += 1);
    const board = await guarded(() => bank.board(get().wholeList ? WHOLE_LIST : undefined), fail);
    if (!board || mine !== asked) return;
    const first = get().heardUpTo === null;
    recent = recent.filter((item) => item.id > board.last);
    set({ board: withNews(board, recent), boardProblem: null, heardUpTo: Math.max(get().heardUpTo ?? 0, board.last), held: get().held.filter((item) => item.id > board.last), heldMuch: false });
    if (first) listen(board.last);
  };
  const readSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      behind = get().holding;
      if (!behind) void read();
    }, READ_AGAIN_MS);
  };
  const apply = (items: readonly NewsItem[]): void => {
    const { board, changedAt, clientRef } = get();
    if (!board || items.length === 0) return;
    recent = [...recent, ...items];
    const changes = items.filter((item) => !isInsight(item));
    set({ board: withNews(board, items), newest: items, changedAt: { ...changedAt, ...Object.fromEntries(changes.map((item) => [item.customerId, item.at])) } });
    if (items.some((item) => item.ref === clientRef)) void readClient(clientRef!);
    readSoon();
  };
  const readClient = async (ref: string): Promise<void> => {
    const mine = (opened += 1);
    const client = await guarded(() => bank.clientStress(ref), (clientProblem) => mine === opened && set({ clientProblem }));
    if (client && mine === opened) set({ client, clientProblem: null });
  };

  return {
    readBoard: read,
    async showWholeList() {
      set({ wholeList: true });
      await read();
    },
    hear({ last, items, bands, gap }) {
      const { board, held, holding, liveSince } = get();
      set({ heardUpTo: last, liveSince: gap || !liveSince ? now().toISOString() : liveSince });
      if (!board) return;
      if (bands) set({ board: { ...board, bands: countsOf(bands) } });
      const fresh = items.filter((item) => item.id > board.last);
      if (holding) set({ held: together(held, fresh), heldMuch: get().heldMuch || gap });
      else if (gap) void read();
      else apply(fresh);
    },
    hold(on) {
      if (on === get().holding) return;
      set({ holding: on });
      if (on) return;
      if (get().heldMuch || behind) void read();
      apply(get().held);
      set({ held: [] });
      behind = false;
    },
    showHeld() {
      const { held, heldMuch } = get();
      set({ held: [], heldMuch: false });
      apply(held);
      if (heldMuch || behind) void read();
      behind = false;
    },
    async openClient(ref) {
      opened += 1;
      set({ clientRef: ref, client: null, clientProblem: null });
      if (ref !== null) await readClient(ref);
    },
    async logContact(given, onFailure) {
      const done = await guarded(async () => (await bank.logContact(given), true), onFailure);
      if (!done) return false;
      await read();
      const { clientRef } = get();
      if (clientRef !== null) await readClient(clientRef);
      return true;
    },
    async takeBack(key) {
      const done = await guarded(async () => (await bank.takeBackContact(key), true), fail);
      if (done) await read();
      return done ?? false;
    },
    async readSetAside() {
      const setAside = await guarded(() => bank.setAside(), fail);
      if (setAside) set({ setAside });
    },
  };
}
