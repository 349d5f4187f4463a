// The text of a segment, to be corrected where it stands.

import { make } from "./dom.js";
import { merge, nextOf, placeOf, setText, split, tidy } from "./edits.js";
import { problem, quiet, tell } from "./panel/parts.js";

const LONGEST = 10_000;
/** From here on Enter alone is too easily pressed. */
const LONG = 300;

export class SegmentEditor {
  constructor(call, segment, texts, close) {
    Object.assign(this, { call, texts, close, id: segment.id, text: segment.text });
    this.area = make("textarea", { rows: 1, maxlength: LONGEST, "aria-label": texts["edit-text"], spellcheck: "true" });
    this.area.value = segment.text;
    this.wrong = problem();
    this.element = make("span", { class: "editor", role: "group", "aria-label": texts["edit-text"] });
    this.element.append(this.area, this.buttons(), this.wrong);
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    this.area.addEventListener("input", () => this.fit());
  }

  focus(caret) {
    this.area.focus();
    this.area.setSelectionRange(caret, caret);
    this.fit();
  }

  fit() {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight}px`;
  }

  buttons() {
    const { texts, call, id } = this;
    const save = make("button", { type: "button", class: "filled" }, texts["edit-save"]);
    save.addEventListener("click", () => this.save());
    const parts = quiet(texts["edit-split"], () => this.split());
    const join = quiet(texts["edit-merge"], () => this.then(() => merge(call, id)));
    join.hidden = !nextOf(call.result.segments, id);
    const speaker = quiet(texts["edit-speaker"], () => this.then(() => {}, "speaker"));
    const cancel = quiet(texts["edit-cancel"], () => this.close());
    const hint = make("span", { class: "hint" }, texts[this.isLong ? "edit-keys-long" : "edit-keys"]);
    return make("span", { class: "actions" }, save, cancel, parts, join, speaker, hint);
  }

  get isDirty() {
    return tidy(this.area.value) !== this.text;
  }

  get isLong() {
    return this.text.length > LONG;
  }

  pressed(event) {
    // Keys of the page mean something else.
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && event.target === this.area && !event.isComposing) {
      if (this.isLong && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.save();
    }
  }

  save() {
    return this.then(() => {});
  }

  split() {
    const at = placeOf(this.area.value, this.area.selectionStart);
    if (at !== null) return this.then(() => split(this.call, this.id, at));
    tell(this.wrong, this.texts["edit-split-where"]);
    this.area.focus();
  }

  /** Store the text if it is another one, then do the rest; what was typed stays until all of that is done. */
  async then(rest, next) {
    const text = tidy(this.area.value);
    if (!text) return tell(this.wrong, this.texts["edit-empty"]);
    this.busy(true);
    tell(this.wrong, "");
    try {
      if (this.isDirty) await setText(this.call, this.id, text);
      this.text = text;
      await rest();
      this.close(next);
    } catch (error) {
      tell(this.wrong, error.message);
    }
    this.busy(false);
  }

  busy(is) {
    this.area.readOnly = is;
    for (const button of this.element.querySelectorAll("button")) button.disabled = is;
  }
}
