import { describe, expect, it } from "vitest";
import { citedPassage, marked } from "../src/chat/marked.ts";
import { segments } from "../src/turn/segments.ts";

const span = (start: number, end: number, id = "x") => ({ start, end, kind: "fact" as const, id });

describe("segments of a rendered text", () => {
  it("cuts at the spans, in order, and keeps punctuation with the figure before it", () => {
    const cut = segments({ text: "About £354, after £350.", spans: [span(18, 22, "b"), span(6, 10, "a")] });
    expect(cut.map((each) => [each.text, each.span?.id ?? null])).toEqual([["About ", null], ["£354", "a"], [" after ", null], ["£350", "b"]]);
    expect(cut.map((each) => each.tail)).toEqual(["", ",", "", "."]);
  });

  it("counts characters as the server does, also behind an emoji", () => {
    const cut = segments({ text: "Café 🏡 £354", spans: [span(7, 11)] });
    expect(cut.map((each) => each.text)).toEqual(["Café 🏡 ", "£354"]);
  });

  it("leaves out a span that overlaps or lies outside", () => {
    const cut = segments({ text: "abcdef", spans: [span(1, 4), span(2, 5), span(5, 9)] });
    expect(cut.map((each) => each.text)).toEqual(["a", "bcd", "ef"]);
  });
});

describe("a quoted passage", () => {
  it("is found by its id, else by its heading", () => {
    const passages = [{ id: "fees", heading: "Fees", text: "" }, { id: "access", heading: "Access", text: "" }];
    const cited = (passage: string, heading: string) =>
      citedPassage(passages, { type: "citation", id: "c", number: 1, document: "d", title: "", version: "", passage, heading, quote: "" })?.id;
    expect([cited("fees", "Other"), cited("easy-saver#access-2", "Access"), cited("gone", "Gone")]).toEqual(["fees", "access", undefined]);
  });

  it("marks the quoted words across a line break", () => {
    const [first, second] = marked("One.\n\nYou may leave\nit free.", "leave it free.");
    expect(first).toEqual([{ text: "One.", quoted: false }]);
    expect(second).toEqual([{ text: "You may ", quoted: false }, { text: "leave\nit free.", quoted: true }]);
  });

  it("shows the passage unmarked when the words are not found", () => {
    expect(marked("Other words (v. 2).", "free? (yes")).toEqual([[{ text: "Other words (v. 2).", quoted: false }]]);
  });
});
