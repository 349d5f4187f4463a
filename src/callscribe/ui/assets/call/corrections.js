// Above a transcript that was corrected: undo the newest correction, or look at how it was before all of them.

import { make } from "./dom.js";
import { canEdit, showOriginal, undo } from "./edits.js";
import { problem, quiet, tell } from "./panel/parts.js";

export class Corrections {
  constructor(call, texts) {
    Object.assign(this, { call, texts });
    this.words = make("span", { role: "status" });
    this.undo = quiet(texts.undo, () => this.do(() => undo(call)));
    this.toggle = quiet(texts["original-show"], () => this.do(() => showOriginal(call, !call.isOriginal)));
    this.wrong = problem();
    this.element = make("div", { class: "corrections", hidden: true }, this.words, this.undo, this.toggle, this.wrong);
  }

  render() {
    const { call, texts } = this;
    const isOriginal = Boolean(call.isOriginal);
    this.element.hidden = !isOriginal && !call.result?.corrected_at;
    this.words.textContent = texts[isOriginal ? "original-shown" : "corrected"];
    this.toggle.textContent = texts[isOriginal ? "original-hide" : "original-show"];
    this.undo.hidden = !canEdit(call);
  }

  async do(what) {
    tell(this.wrong, "");
    this.undo.disabled = this.toggle.disabled = true;
    try {
      await what();
    } catch (error) {
      tell(this.wrong, error.message);
    }
    this.undo.disabled = this.toggle.disabled = false;
  }
}
