import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import { book } from "../mock/fixtures/book.ts";
import { escalated, failed, replaced } from "../mock/fixtures/endings.ts";
import { mortgage } from "../mock/fixtures/mortgage.ts";
import type { Recording } from "../mock/fixtures/recording.ts";
import { Trace } from "../src/chat/trace.tsx";
import { TurnView } from "../src/chat/turn-view.tsx";
import { plainText } from "../src/turn/plain-text.ts";
import { reduceEvents } from "../src/turn/reduce.ts";
import { newTurn, type Turn } from "../src/turn/turn.ts";

vi.stubGlobal("navigator", { clipboard: {} });

const turnOf = (recording: Recording, until = recording.events.length): Turn =>
  reduceEvents(newTurn(recording.runId, "Can we <b>still</b> manage?", "2026-11-14T18:04:00Z"), 1, recording.events.slice(0, until));
const page = (turn: Turn): string => renderToStaticMarkup(<TurnView turn={turn} number={2} last />);

describe("a turn on the page", () => {
  const html = page(turnOf(mortgage()));

  it("makes every figure a button with its meaning as its name", () =>
    expect(html).toContain('aria-label="1,251 pounds, mortgage payment a month">£1,251</button>'));
  it("shows the person's words as text, whatever they hold", () => expect(html).toContain("Can we &lt;b&gt;still&lt;/b&gt; manage?"));
  it("links a source from the sentence and lists it below", () => {
    expect(html).toContain('aria-label="Source 1">[1]</button>');
    expect(html).toContain("version 4, “Reserving a rate”");
  });
  it("shows a notice in full beside what it concerns", () =>
    expect(html.indexOf("Your home may be repossessed")).toBeGreaterThan(html.indexOf("Five-Year Fix, existing customers")));
  it("names the chart by its sentence", () => expect(html).toMatch(/role="img" aria-label="The middle path falls/));
  it("ends with the verdict and three questions", () => {
    expect(html).toContain("<b>Checked.</b> 27 figures traced, 2 notices attached, nothing changed.");
    expect(html.match(/class="question"/g)).toHaveLength(3);
  });
  it("holds no markup of anybody else", () => expect(html).not.toContain("<script"));
});

describe("a turn while it is written", () => {
  const events = mortgage().events;
  const afterFirst = events.findIndex((event) => event.type === "TEXT_MESSAGE_CONTENT") + 1;

  it("shows the sentences that passed, with a caret, and no verdict yet", () => {
    const html = page(turnOf(mortgage(), afterFirst));
    expect(html).toContain("all that you have left over.");
    expect(html).toContain('class="caret"');
    expect(html).toContain('aria-busy="true"');
    expect(html).not.toContain("Checked.");
  });
  it("lists the steps that are still to come", () => {
    const html = renderToStaticMarkup(<Trace turn={turnOf(mortgage(), 5)} />);
    for (const name of ["Persona simulator", "Product advisor", "recommend_product", "Gate", "Delivering"]) expect(html).toContain(name);
  });
});

describe("other endings on the page", () => {
  it("says that a sentence was left out, and how the question was read", () => {
    const html = page(turnOf(book()));
    expect(html).toContain("1 sentence left out");
    expect(html).toContain('class="chip unsure"');
    expect(html).toContain("Not understood, so not used: “by the sea”.");
  });
  it("gives a band its mark and its word", () => expect(page(turnOf(book()))).toMatch(/class="band critical"><svg.*?<\/svg>Critical/));
  it("offers to undo what was passed on", () => expect(page(turnOf(escalated()))).toContain(">Undo</button>"));
  it("says that an answer could not be verified, and which model wrote it", () => {
    const html = page(turnOf(replaced()));
    expect(html).toContain("This could not be verified, so it is not shown.");
    expect(html).toContain("the built-in model wrote it");
  });
  it("shows an error with its remedy, its code, and a way to ask again", () => {
    const html = page(turnOf(failed()));
    expect(html).toContain("Ask again in a minute. <code>model_unavailable</code>");
    expect(html).toContain(">Ask again</button>");
  });
});

describe("the copy of an answer", () => {
  it("holds what is shown, with the sources last", () => {
    const text = plainText(turnOf(mortgage()));
    expect(text).toMatch(/^You can manage/);
    expect(text).toContain("Rates rise 1.5 points\t5.89%\t£1,251\t−£15\t18 in 100");
    expect(text).toMatch(/\[2\] Switching policy, version 7, “A lower rate before start”$/);
  });
});
