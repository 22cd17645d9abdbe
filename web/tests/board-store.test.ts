import { beforeEach, describe, expect, it } from "vitest";
import { board, clientStress, insightNews, news } from "../mock/fixtures/board.ts";
import { BankError, type Bank } from "../src/session/bank.ts";
import { me, setUp } from "./fake-bank.ts";

let at: ReturnType<typeof setUp>;
beforeEach(() => (at = setUp()));

describe("the board", () => {
  const manager = { ...me, principal: { ...me.principal, role: "rm" as const } };
  const open = async (more: Partial<Bank> = {}) => {
    at = setUp({ me: () => Promise.resolve(manager), ...more });
    at.place.page = "board";
    await at.store.getState().start();
    await at.store.getState().readBoard();
    at.wire.onLink("open");
  };

  it("is a page of managers, not of customers", async () => {
    await open();
    expect(at.store.getState().page).toBe("board");
    at = setUp();
    at.place.page = "board";
    await at.store.getState().start();
    expect(at.store.getState().page).toBe("chat");
  });

  it("listens behind the number of the board, also after every loss", async () => {
    expect(at.wire.watching()).toBeNull();
    await open();
    expect(at.calls).toContain("hear 40");
    at.wire.onFrame(news(44));
    expect(at.wire.watching()).toBe(44);
    expect(at.store.getState().liveSince).not.toBeNull();
    at.wire.onLink("lost");
    expect(at.store.getState().liveSince).toBeNull();
  });

  it("changes as news arrive, and each only once", async () => {
    await open();
    at.wire.onFrame(news());
    expect(at.store.getState().board).toMatchObject({ last: 41, bands: [{ watchlist: 40, critical: 13 }] });
    expect(at.store.getState().board!.movers[0]).toMatchObject({ ref: "1018", band: "critical" });
    at.wire.onFrame(news(41, 0.1));
    expect(at.store.getState().board!.movers[0]).toMatchObject({ ref: "1018", band: "critical" });
  });

  it("keeps the rows while somebody is in the middle of them, and shows what waits on demand", async () => {
    await open();
    at.store.getState().hold(true);
    at.wire.onFrame(news());
    at.wire.onFrame(news(42, 0.76));
    expect(at.store.getState().held).toHaveLength(1);
    expect(at.store.getState().board!.movers[0]!.ref).toBe("1043");
    // The counts move nothing, so they are always those of now.
    expect(at.store.getState().board!.bands[0]!.critical).toBe(13);
    at.store.getState().showHeld();
    expect(at.store.getState().held).toEqual([]);
    expect(at.store.getState().board!.movers[0]).toMatchObject({ ref: "1018", score: 0.76 });
  });

  it("shows what came up with the other news, and keeps it back like them", async () => {
    await open();
    const kinds = () => at.store.getState().board!.insights.map((each) => each.kind);
    at.store.getState().hold(true);
    at.wire.onFrame(insightNews());
    expect([at.store.getState().held.length, kinds()]).toEqual([1, ["pay_day_missed"]]);
    at.store.getState().showHeld();
    expect(kinds()).toEqual(["below_zero_soon", "pay_day_missed"]);
    // It is no change of the score: the line of the mover keeps its time.
    expect(at.store.getState().changedAt).toEqual({});
  });

  it("shows what waits by itself when nobody is in the middle any more", async () => {
    await open();
    at.store.getState().hold(true);
    at.wire.onFrame(news());
    at.store.getState().hold(false);
    expect(at.store.getState().board!.movers[0]!.ref).toBe("1018");
  });

  it("loads the whole board where too much was missed", async () => {
    await open();
    const reads = (): number => at.calls.filter((call) => call === "board").length;
    const before = reads();
    at.wire.onFrame({ op: "news", last: 900, items: [], gap: true });
    expect(reads()).toBe(before + 1);
    at.store.getState().hold(true);
    at.wire.onFrame({ op: "news", last: 950, items: [], gap: true });
    expect([reads(), at.store.getState().heldMuch]).toEqual([before + 1, true]);
    at.store.getState().showHeld();
    expect(reads()).toBe(before + 2);
  });

  it("does not lose what was heard while the board was being read again", async () => {
    let answer!: (value: ReturnType<typeof board>) => void;
    let slow = false;
    await open({ board: () => (slow ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(board())) });
    slow = true;
    const reading = at.store.getState().readBoard();
    at.wire.onFrame(news());
    answer(board());
    await reading;
    expect(at.store.getState().board!.movers[0]).toMatchObject({ ref: "1018", band: "critical" });
  });

  it("opens a client, and reads it again when news are about it", async () => {
    await open({ clientStress: (ref) => (at.calls.push(`client ${ref}`), Promise.resolve({ ...clientStress(), ref })) });
    await at.store.getState().openClient("1018");
    expect(at.store.getState().client).toMatchObject({ ref: "1018" });
    at.wire.onFrame(news());
    expect(at.calls.filter((call) => call === "client 1018")).toHaveLength(2);
    await at.store.getState().openClient(null);
    expect(at.store.getState().client).toBeNull();
  });

  it("logs a contact and reads the board again, or says why not", async () => {
    await open();
    const given = { key: "k9", ref: "1043", action: "call", outcome: "agreed" } as const;
    expect(await at.store.getState().logContact(given, () => undefined)).toBe(true);
    expect(at.calls.slice(-2)).toEqual(["log k9", "board"]);
    await open({ logContact: () => Promise.reject(new BankError(404, { code: "not_found", message: "There is no such client." })) });
    const said: string[] = [];
    expect(await at.store.getState().logContact(given, (problem) => said.push(problem.code))).toBe(false);
    expect(said).toEqual(["not_found"]);
  });

  it("holds nothing of one person for the next", async () => {
    await open();
    await at.store.getState().signOut();
    expect(at.store.getState()).toMatchObject({ board: null, client: null, heardUpTo: null, held: [] });
    expect(at.wire.watching()).toBeNull();
  });
});
