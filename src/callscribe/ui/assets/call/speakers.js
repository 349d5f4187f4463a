// Colours and names of those who speak.

import { speakersOf } from "./turns.js";

const COLOURS = 8;
const orders = new WeakMap();

/** The colour of a speaker, as CSS has it: each has its own, in the order in which they first speak. */
export function colourOf(call, name) {
  if (name === null || !call.result) return "var(--muted)";
  if (!orders.has(call.result)) {
    orders.set(call.result, speakersOf(call.result.segments).filter((speaker) => speaker !== null));
  }
  const position = orders.get(call.result).indexOf(name);
  return position < 0 ? "var(--muted)" : `var(--speaker-${(position % COLOURS) + 1})`;
}

/** What a speaker is called on the page. */
export function nameOf(name, texts) {
  return name ?? texts["speaker-unknown"];
}
