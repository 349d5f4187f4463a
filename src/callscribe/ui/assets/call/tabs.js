// Two columns where there is room for them, else one of them at a time.

import { make } from "./dom.js";

export class Tabs {
  /** `views`: pairs of a name and an element. */
  constructor(label, views) {
    this.panels = views.map(([, element], at) =>
      make("div", { class: "view", id: `view-${at}`, role: "tabpanel", "aria-labelledby": `tab-${at}` }, element),
    );
    this.buttons = views.map(([name], at) =>
      make("button", { type: "button", id: `tab-${at}`, role: "tab", "aria-controls": `view-${at}` }, name),
    );
    this.element = make("div", { class: "tabs", role: "tablist", "aria-label": label }, ...this.buttons);
    this.buttons.forEach((button, at) => button.addEventListener("click", () => this.choose(at)));
    this.element.addEventListener("keydown", (event) => this.#press(event));
    this.choose(0);
  }

  choose(chosen) {
    this.buttons.forEach((button, at) => {
      button.ariaSelected = String(at === chosen);
      button.tabIndex = at === chosen ? 0 : -1;
      this.panels[at].classList.toggle("hidden", at !== chosen);
    });
  }

  #press(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    // For the rest of the page these are keys of the player.
    event.preventDefault();
    const other = this.buttons.findIndex((button) => button.ariaSelected !== "true");
    this.choose(other);
    this.buttons[other].focus();
  }
}
