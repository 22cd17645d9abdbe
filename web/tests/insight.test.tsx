import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { insights as theInsights } from "../mock/fixtures/twin.ts";
import { rich } from "../mock/fixtures/recording.ts";
import { Insight } from "../src/chat/insight.tsx";
import { questionOf } from "../src/chat/insight-question.ts";
import type { Block } from "../src/protocol.d.ts";

const { insights, blocks, facts } = theInsights();
const shown = (nth: number, all: Block[] = blocks): string =>
  renderToStaticMarkup(<Insight insight={insights[nth]!} blocks={all} facts={facts} question="What subscriptions do I have?" />);

describe("the question about an insight", () => {
  const goal = { ...insights[0]!, kind: "goal_off_track" as const };
  const sentence = rich("Your goal “[[u:t.name|Kitchen]]” of [[f:worth_knowing.0.amount|£14,000]] by 2028 is reached in few paths.");
  const about = (sentences: (typeof sentence)[]): string => questionOf(goal, [{ type: "text", id: goal.block, section: "s0", heading: null, sentences }]);

  it("is one that can be answered", () => expect(questionOf(insights[1]!, blocks)).toBe("What subscriptions do I have?"));
  it("names the goal that it is about", () => expect(about([sentence])).toBe("When could I have £14,000 for Kitchen?"));
  it("does without a name, and without an amount", () => {
    expect(about([rich("Your goal of [[f:worth_knowing.0.amount|£14,000]].")])).toBe("When could I have £14,000?");
    expect(about([])).toBe("How are my goals doing?");
  });
});

describe("an insight", () => {
  it("says one thing, with figures to open", () => {
    const html = shown(1);
    expect(html).toContain("<b>A subscription costs more</b>");
    expect(html).toContain('aria-label="12.99 pounds, price now a month">£12.99</button>');
    expect(html).not.toContain("fixed rate");
  });
  it("has buttons that say what they are about", () => {
    expect(shown(1)).toContain('aria-label="Dismiss: A subscription costs more"');
    expect(shown(1)).toContain('aria-label="Ask about it: What subscriptions do I have?"');
  });
  it("keeps the notice that stands beside it, and not that of another", () => {
    const notice: Block = { type: "disclosure", id: "n1", rule: "repossession", concerns: ["i0"], text: rich("Your home may be repossessed.") };
    const withNotice = [blocks[0]!, notice, ...blocks.slice(1)];
    expect(shown(0, withNotice)).toContain("Your home may be repossessed.");
    expect(shown(1, withNotice)).not.toContain("repossessed");
  });
  it("shows nothing where its words did not arrive", () => expect(shown(0, [])).toBe(""));
});
