// The list of all calls, which can be selected and worked on many at once.

import { make } from "./dom.js";
import { Bar } from "./table/bar.js";
import { Rows } from "./table/rows.js";
import { Selection } from "./table/selection.js";

const tables = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".root");
  if (!tables.has(root)) tables.set(root, new Table(root));
  const table = tables.get(root);
  table.send = (act) => component.setTriggerValue("act", act);
  table.draw(JSON.parse(new TextDecoder().decode(component.data)));
}

class Table {
  constructor(root) {
    this.root = root;
    this.selection = new Selection();
    this.rows = new Rows(
      (id, on, range) => this.change(() => this.selection.set(this.order, id, on, range)),
      (on) => this.change(() => this.selection.all(this.order, on)),
    );
    this.bar = new Bar((act) => this.act(act), () => this.change(() => this.selection.all([], false)));
    this.empty = make("p", { className: "empty" });
    this.pages = make("nav");
    root.replaceChildren(this.bar.element, this.bar.outcome, this.rows.element, this.empty, this.pages);
  }

  draw(data) {
    const turned = this.number !== undefined && this.number !== data.pages.number;
    this.number = data.pages.number;
    this.texts = data.texts;
    this.order = data.rows.map((row) => row.id);
    this.selection.keep(this.order);
    this.rows.draw(data);
    this.rows.element.hidden = !data.rows.length;
    this.empty.textContent = data.rows.length ? "" : data.empty;
    this.bar.draw(data);
    if (data.outcome) this.bar.busy("");
    this.drawPages(data.pages);
    this.mark();
    if (turned) this.root.scrollIntoView();
  }

  drawPages({ shown, newer, older }) {
    const way = (href, words, rel) => make("a", { className: "button", textContent: words, rel, ...(href ? { href } : { ariaDisabled: true }) });
    this.pages.hidden = !shown;
    this.pages.ariaLabel = this.texts.pages;
    const drawn = JSON.stringify([shown, newer, older]);
    if (drawn === this.drawnPages) return;
    this.drawnPages = drawn;
    this.pages.replaceChildren(
      way(newer, this.texts.newer, "prev"),
      make("span", { textContent: shown }),
      way(older, this.texts.older, "next"),
    );
  }

  change(how) {
    how();
    this.bar.say("");
    this.mark();
  }

  mark() {
    this.rows.mark(this.selection);
    this.bar.select(this.selection.ids);
  }

  act(what) {
    this.bar.busy(this.texts.working);
    this.send({ ...what, ids: [...this.selection.ids] });
  }
}
