// What there is beside the transcript: the summary, what came out of the call, its chapters and who spoke how much.
//
// What concerns the transcript is told by events: "evidence" {segments, start} asks to be shown where something was
// said, "speaker" {name} to see only what somebody says, null being everybody.

import { make } from "./dom.js";
import { chapters } from "./panel/chapters.js";
import { insights } from "./panel/items.js";
import { summary } from "./panel/summary.js";
import { talk } from "./panel/talk.js";

export class Panel {
  constructor(call, player, texts) {
    Object.assign(this, { call, player, texts });
    this.only = null; // whose words alone are shown
    const items = ["key_point", "decision", "action_item", "question"].map(insights);
    const sections = [summary, ...items, chapters, talk];
    this.sections = sections.map((section) => ({ ...section, slot: make("div", { class: "slot" }) }));
    this.element = make(
      "aside",
      { class: "panel", "aria-label": texts.panel },
      make("link", { rel: "stylesheet", href: new URL("panel.css", import.meta.url).href }),
      ...this.sections.map((section) => section.slot),
    );
    for (const kind of ["result", "task"]) call.addEventListener(kind, () => this.render());
  }

  /** Draws what has changed since; what somebody reads or has opened elsewhere stays as it is. */
  render() {
    if (!this.call.result) return;
    for (const section of this.sections) {
      const data = section.data(this.call);
      const drawn = JSON.stringify(data);
      if (drawn !== section.drawn) section.slot.replaceChildren(...(data ? [section.build(data, this)] : []));
      section.drawn = drawn;
      section.update?.(this, section.slot);
    }
  }

  /** Mark whose words alone are shown ("": those who are not known), or nobody for null. */
  showOnly(name) {
    this.only = name;
    this.render();
  }

  tell(kind, detail) {
    this.element.dispatchEvent(new CustomEvent(kind, { detail, bubbles: true }));
  }
}
