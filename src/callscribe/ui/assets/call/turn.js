// One turn of the transcript on the page. Its words become elements only when the reader comes near.

import { make } from "./dom.js";
import { colourOf, nameOf } from "./speakers.js";
import { clock, piecesOf } from "./turns.js";

const UNSURE = 0.5;
/** For a guess how high a turn is before it is drawn. */
const LETTERS = 75;
const LINE_REM = 1.75;
const HEAD_REM = 2.5;

export class TurnView {
  #segments = new Map();
  #isFilled = false;

  constructor(texts) {
    this.texts = texts;
    this.time = make("button", { type: "button", class: "time" });
    this.speaker = make("span", { class: "speaker" });
    this.language = make("span", { class: "language" });
    this.tools = make("div", { class: "tools" });
    this.text = make("p", { class: "text" });
    const head = make("header", { class: "head" }, this.speaker, this.language);
    this.element = make("section", { class: "turn" }, this.time, head, this.text, this.tools);
  }

  /** Show a turn; what has not changed keeps its elements. */
  update(turn, call) {
    this.turn = turn;
    const name = nameOf(turn.speaker, this.texts);
    const { language } = turn.segments[0];
    this.element.dataset.speaker = turn.speaker ?? "";
    this.element.classList.toggle("continued", turn.continued || turn.speaker === null);
    this.element.style.setProperty("--colour", colourOf(call, turn.speaker));
    this.speaker.textContent = name;
    this.speaker.dataset.speaker = turn.speaker ?? "";
    this.time.textContent = clock(turn.start);
    this.time.title = this.texts["play-here"];
    this.tools.dataset.segments = turn.segments.map((segment) => segment.id).join(" ");
    this.text.lang = language;
    this.language.textContent = [language, null].includes(call.result.language) ? "" : languageName(language);
    this.#arrange(turn.segments);
    this.#guess(turn.segments);
  }

  /** Give every word its element. */
  fill() {
    if (this.#isFilled) return;
    this.#isFilled = true;
    for (const shown of this.#segments.values()) this.#write(shown);
  }

  /** The element of a segment. */
  segment(id) {
    return this.#segments.get(id)?.element;
  }

  /** The element of a word by its number, or of the segment for -1. */
  word(id, number) {
    this.fill();
    const segment = this.segment(id);
    return segment?.querySelector(`[data-word="${number}"]`) ?? segment;
  }

  #arrange(segments) {
    const wanted = new Set(segments.map((segment) => segment.id));
    for (const [id, shown] of this.#segments) {
      if (wanted.has(id)) continue;
      shown.element.remove();
      this.#segments.delete(id);
    }
    // What is being typed stands among them.
    const lineFrom = (element) => (element?.matches(":not(.segment)") ? lineFrom(element.nextElementSibling) : element);
    let next = lineFrom(this.text.firstElementChild);
    for (const segment of segments) {
      const { element } = this.#shown(segment);
      if (element === next) next = lineFrom(next.nextElementSibling);
      else this.text.insertBefore(element, next);
    }
  }

  #shown(segment) {
    let shown = this.#segments.get(segment.id);
    if (shown && isSame(shown.segment, segment)) {
      shown.segment = segment;
      return shown;
    }
    shown ??= { element: make("span", { class: "segment", "data-id": segment.id }) };
    shown.segment = segment;
    this.#segments.set(segment.id, shown);
    this.#write(shown);
    return shown;
  }

  #write({ element, segment }) {
    if (!this.#isFilled) {
      element.textContent = `${segment.text} `;
      return;
    }
    const parts = piecesOf(segment).map(({ text, word }) => {
      if (word < 0) return text;
      const span = make("span", { class: "word", "data-word": word }, text);
      if (segment.words[word].probability < UNSURE) {
        span.classList.add("unsure");
        span.title = this.texts.unsure;
      }
      return span;
    });
    element.replaceChildren(...parts, " ");
  }

  #guess(segments) {
    const letters = segments.reduce((sum, segment) => sum + segment.text.length + 1, 0);
    this.height = HEAD_REM + LINE_REM * Math.ceil(letters / LETTERS);
    this.element.style.containIntrinsicBlockSize = `auto ${this.height}rem`;
  }
}

function isSame(old, now) {
  return (
    old.text === now.text && old.start === now.start && old.end === now.end && old.words.length === now.words.length
  );
}

function languageName(code) {
  return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(code);
}
