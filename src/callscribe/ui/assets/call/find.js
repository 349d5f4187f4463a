// Finds words in the transcript. Only what is near the reader is painted: a short word may be there ten thousand times.

import { fill, iconButton, make } from "./dom.js";
import { last, matchesOf } from "./turns.js";

const TYPING_MS = 120;
const ALL = "callscribe-found";
const CURRENT = "callscribe-found-current";

export class FindBox {
  #matches = [];
  #at = -1;
  #query = "";
  #timer = 0;

  constructor(transcript, texts) {
    this.transcript = transcript;
    this.texts = texts;
    this.field = make("input", {
      type: "search", placeholder: texts.find, "aria-label": texts.find, spellcheck: "false", autocomplete: "off",
    });
    this.count = make("output", { class: "count" });
    this.ways = make(
      "span",
      { class: "ways", hidden: true },
      iconButton("up", texts["find-previous"], () => this.go(-1)),
      iconButton("down", texts["find-next"], () => this.go(1)),
    );
    const icon = make("span", { class: "icon search" });
    this.element = make("div", { class: "find", role: "search" }, icon, this.field, this.count, this.ways);
    this.#listen();
  }

  focus() {
    this.field.focus({ preventScroll: true });
    this.field.select();
  }

  /** Look again, after the transcript has changed. */
  search() {
    this.#matches = matchesOf(this.transcript.segments, this.#query);
    this.#at = Math.min(this.#at, this.#matches.length - 1);
    this.#tell();
  }

  /** Go so many matches on, from the last one to the first. */
  go(steps) {
    const count = this.#matches.length;
    if (!count) return;
    this.#at = (this.#at + steps + count) % count;
    this.#tell();
    this.transcript.follower.show(this.transcript.show(this.#matches[this.#at].segment));
  }

  /** Paint the matches that are near. */
  paint() {
    if (!CSS.highlights) return;
    const ranges = this.#query ? [...this.transcript.near].flatMap((view) => this.#rangesOf(view)) : [];
    const current = this.#matches[this.#at];
    CSS.highlights.set(ALL, new Highlight(...ranges));
    CSS.highlights.set(CURRENT, new Highlight(...(current ? [this.#range(current)] : [])));
  }

  close() {
    clearTimeout(this.#timer);
    CSS.highlights?.delete(ALL);
    CSS.highlights?.delete(CURRENT);
  }

  #listen() {
    this.field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#typed(), TYPING_MS);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.#query === this.field.value) this.go(event.shiftKey ? -1 : 1);
        else this.#typed();
      } else if (event.key === "Escape") {
        this.field.value = "";
        this.#typed();
        this.field.blur();
      }
    });
  }

  // The first one to be shown is the first one from where the reader is.
  #typed() {
    clearTimeout(this.#timer);
    this.#query = this.field.value;
    this.#at = -1;
    this.search();
    const top = this.transcript.top.getBoundingClientRect().bottom;
    const { views } = this.transcript;
    const above = last(views.length, (at) => views[at].element.getBoundingClientRect().bottom < top);
    const first = views[above + 1]?.turn.segments[0];
    const position = first ? this.transcript.segments.indexOf(first) : 0;
    const before = last(this.#matches.length, (at) => this.#matches[at].segment < position);
    this.#at = before;
    this.go(1);
  }

  #tell() {
    const values = { n: this.#at + 1, m: this.#matches.length };
    const told = values.m ? fill(this.texts["find-count"], values) : this.texts["find-none"];
    this.count.textContent = this.#query.trim() ? told : "";
    this.ways.hidden = !values.m;
    this.paint();
  }

  #rangesOf(view) {
    const first = this.transcript.segments.indexOf(view.turn.segments[0]);
    const end = first + view.turn.segments.length;
    const begin = last(this.#matches.length, (at) => this.#matches[at].segment < first) + 1;
    const ranges = [];
    for (let at = begin; at < this.#matches.length && this.#matches[at].segment < end; at += 1) {
      ranges.push(this.#range(this.#matches[at]));
    }
    return ranges;
  }

  #range(match) {
    const range = new Range();
    const walker = document.createTreeWalker(this.transcript.show(match.segment), NodeFilter.SHOW_TEXT);
    let done = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const end = done + node.length;
      if (match.begin >= done && match.begin < end) range.setStart(node, match.begin - done);
      if (match.end > done && match.end <= end) {
        range.setEnd(node, match.end - done);
        break;
      }
      done = end;
    }
    return range;
  }
}
