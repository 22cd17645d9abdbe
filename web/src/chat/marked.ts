import type { CitationBlock, Passage } from "../protocol.d.ts";

export interface Part {
  text: string;
  quoted: boolean;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The passage that a citation means. A long section is cited by a part of it, so its heading tells it when its id does not. */
export function citedPassage(passages: readonly Passage[], citation: CitationBlock): Passage | undefined {
  return passages.find((each) => each.id === citation.passage) ?? passages.find((each) => each.heading === citation.heading);
}

/** Paragraphs of a passage, cut where the quoted words begin and end. Line breaks inside the quote do not hide it. */
export function marked(text: string, quote: string): Part[][] {
  const plain = text.replace(/\*\*([^*]+)\*\*/g, "$1");
  const words = quote.trim().split(/\s+/).filter(Boolean).map(escaped);
  const found = words.length ? new RegExp(words.join("\\s+")).exec(plain) : null;
  const parts: Part[] = found
    ? [
        { text: plain.slice(0, found.index), quoted: false },
        { text: found[0], quoted: true },
        { text: plain.slice(found.index + found[0].length), quoted: false },
      ]
    : [{ text: plain, quoted: false }];
  const paragraphs: Part[][] = [[]];
  for (const part of parts) {
    part.text.split(/\n{2,}/).forEach((piece, index) => {
      if (index > 0) paragraphs.push([]);
      if (piece) paragraphs.at(-1)!.push({ text: piece, quoted: part.quoted });
    });
  }
  return paragraphs.filter((paragraph) => paragraph.some((part) => part.text.trim()));
}
