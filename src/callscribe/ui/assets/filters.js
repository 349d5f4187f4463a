// What a page shows is said by its address; these fields lead to another one.

import { make, visit } from "./dom.js";
import { Dates } from "./filters/dates.js";
import { Choice, Line, Order, Words } from "./filters/fields.js";
import { addressOf, conditions, same } from "./filters/address.js";

const forms = new WeakMap();
const PAUSE_MS = 400;

export default function (component) {
  const root = component.parentElement.querySelector(".root");
  if (!forms.has(root)) forms.set(root, new Filters(root));
  forms.get(root).draw(JSON.parse(new TextDecoder().decode(component.data)));
}

class Filters {
  constructor(root) {
    this.root = root;
    document.addEventListener("pointerdown", (event) => this.closeUnless(event.composedPath()));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  draw(data) {
    const { values, ...shape } = data;
    const drawn = JSON.stringify(shape);
    if (drawn !== this.drawn) this.build(data);
    this.drawn = drawn;
    // What somebody has typed since is newer than the address that is drawn.
    const typing = this.asked && !same(values, this.asked) ? this.root.getRootNode().activeElement : null;
    if (!typing) this.asked = null;
    this.values = this.asked ?? values;
    for (const field of this.fields) if (!typing || !field.element.contains(typing)) field.set(values);
    this.clear.hidden = !conditions(data, values);
    this.clear.href = addressOf(data.page, Object.fromEntries(data.kept.map((name) => [name, values[name] ?? []])));
  }

  build(data) {
    const { texts } = data;
    const changed = (change, pause) => this.changed(data.page, change, pause ? PAUSE_MS : 0);
    const words = data.words ? new Words(data, changed) : null;
    this.clear = make("a", { className: "clear", textContent: texts.clear });
    const dates = new Dates(texts, changed);
    const choices = data.choices.map((choice) => new Choice(choice, texts, changed));
    const lines = data.lines.map((line) => new Line(line, texts, changed));
    const order = data.sorts.length ? new Order(data.sorts, texts, changed) : null;
    this.fields = [...(words ? [words] : []), dates, ...choices, ...lines, ...(order ? [order] : [])];
    const pills = make("div", { className: "pills" });
    pills.append(dates.element, ...choices.map((one) => one.element), ...lines.map((one) => one.element), this.clear);
    if (order) pills.append(order.element);
    const form = make("form", { role: "search", className: data.page }, words && words.element, pills);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.close();
      if (words) this.changed(data.page, words.get(), 0, true);
    };
    this.root.replaceChildren(form);
  }

  changed(page, change, pause, anyway) {
    clearTimeout(this.timer);
    this.change = { ...this.change, ...change };
    const go = () => {
      const wanted = { ...this.values, ...this.change, cursor: [], page: [] };
      this.change = {};
      if (!anyway && same(wanted, this.values)) return;
      this.values = this.asked = wanted;
      visit(this.root, addressOf(page, wanted));
    };
    if (pause) this.timer = setTimeout(go, pause);
    else go();
  }

  close() {
    for (const open of this.root.querySelectorAll("details[open]")) {
      open.open = false;
      open.firstElementChild.focus();
    }
  }

  closeUnless(path) {
    for (const open of this.root.querySelectorAll("details[open]")) if (!path.includes(open)) open.open = false;
  }
}
