// Says who speaks: in the whole call, or only here.

import { fill, make } from "./dom.js";
import { rename, setSpeaker, tidy } from "./edits.js";
import { problem, quiet, tell } from "./panel/parts.js";
import { colourOf } from "./speakers.js";

const LONGEST = 100;

export class SpeakerForm {
  /** `name`: who it is until now; `segments`: ids of those that "only here" means, if that is a choice at all. */
  constructor(call, texts, { name, segments = null }, close) {
    Object.assign(this, { call, texts, name, segments, close });
    this.input = make("input", { maxlength: LONGEST, autocomplete: "off", "aria-label": texts["speaker-name"] });
    this.input.value = name ?? "";
    this.input.placeholder = texts["speaker-name"];
    this.hint = make("p", { class: "hint", role: "status" });
    this.wrong = problem();
    this.element = make("form", { class: "editor" }, this.input, this.names(), this.buttons(), this.hint, this.wrong);
    this.element.addEventListener("submit", (event) => this.submitted(event));
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("input", () => this.advise());
  }

  get isDirty() {
    return (tidy(this.input.value) || null) !== this.name;
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  /** Names that the call itself suggests, each with what was said; those that there are; those told with the upload. */
  names() {
    const there = this.call.result.speakers.map(({ name }) => name);
    const heard = this.call.result.speaker_suggestions.filter(({ speaker }) => speaker === this.name);
    const quotes = new Map(heard.map(({ name, quote }) => [name, quote]));
    const all = [...quotes.keys(), ...there, ...this.call.task.vocabulary];
    const names = new Set(all.filter((name) => name !== null && name !== this.name));
    const chips = [...names].map((name) => {
      const quote = quotes.get(name);
      const evidence = quote ? { title: fill(this.texts["speaker-heard"], { quote }) } : {};
      const chip = make("button", { type: "button", class: quote ? "chip suggested" : "chip", ...evidence }, name);
      if (quote) chip.append(make("q", {}, quote));
      chip.style.setProperty("--colour", colourOf(this.call, name));
      chip.addEventListener("click", () => {
        this.input.value = name;
        this.input.focus();
        this.advise();
      });
      return chip;
    });
    return make("div", { class: "chips", hidden: !chips.length }, ...chips);
  }

  buttons() {
    const { texts } = this;
    const everywhere = make("button", { class: "filled", value: "everywhere" }, texts["speaker-everywhere"]);
    const here = make("button", { value: "here" }, texts["speaker-here"]);
    const cancel = quiet(texts["edit-cancel"], () => this.close());
    if (this.segments === null) return make("div", { class: "actions" }, everywhere, cancel);
    // Nobody being known, hardly all of it was said by one.
    const both = this.name === null ? [here, everywhere] : [everywhere, here];
    both.forEach((button, position) => button.classList.toggle("filled", position === 0));
    return make("div", { class: "actions" }, ...both, cancel);
  }

  /** Two who get one name can be told apart only by undoing it. */
  advise() {
    const name = tidy(this.input.value);
    const isThere = name !== this.name && this.call.result.speakers.some((speaker) => speaker.name === name);
    this.hint.textContent = isThere && this.name !== null ? fill(this.texts["speaker-joins"], { name }) : "";
  }

  async submitted(event) {
    event.preventDefault();
    const name = tidy(this.input.value) || null;
    const here = event.submitter?.value === "here";
    if (!this.isDirty) return this.close();
    this.busy(true);
    try {
      if (here) await setSpeaker(this.call, this.segments, name);
      else await rename(this.call, this.name, name);
      this.close();
    } catch (error) {
      tell(this.wrong, error.message);
      this.busy(false);
    }
  }

  busy(is) {
    for (const button of this.element.querySelectorAll("button")) button.disabled = is;
  }

  pressed(event) {
    // Keys of the page mean something else.
    event.stopPropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.close();
  }
}
