import { en, type Words } from "./en.ts";

export type Key = keyof Words;
export type Slots = Record<string, string | number>;

const languages: Record<string, Words> = { en };
let current: { tag: string; words: Words } = { tag: "en-GB", words: en };

/** Takes the language of the signed-in person where it is there; else English stays. */
export function speak(language: string): void {
  const words = languages[language];
  if (!words) return;
  current = { tag: language === "en" ? "en-GB" : language, words };
}

/** The tag for dates and numbers. */
export const localeTag = (): string => current.tag;

/** The words for a key; `n` among the slots chooses between one and other. */
export function say(key: Key, slots: Slots = {}): string {
  const phrase = current.words[key];
  const text = typeof phrase === "string" ? phrase : phrase[chosen(slots["n"])];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(slots[name] ?? whole));
}

/** Whether a text is a key, for words that hang on a name from the wire (`step.<name>`). */
export const isKey = (key: string): key is Key => key in current.words;

/** The words for a name from the wire; the name itself, made readable, where there are none. */
export function sayName(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return isKey(key) ? say(key) : readable(name);
}

const readable = (name: string): string => sentenceCase(name.replaceAll("_", " "));

export const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function chosen(n: string | number | undefined): "one" | "other" {
  const amount = typeof n === "number" ? n : Number(String(n).replaceAll(",", ""));
  return new Intl.PluralRules(current.tag).select(amount) === "one" ? "one" : "other";
}

/** For whom words are written: an administrator reads those of staff. */
export const audience = (role: string): "customer" | "rm" | "staff" => (role === "customer" || role === "rm" ? role : "staff");
