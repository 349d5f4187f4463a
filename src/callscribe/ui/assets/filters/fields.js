// The fields: each has an element, and sets itself to the values of an address.

import { make } from "../dom.js";

/** A button that opens something below it. */
export function pill(...inside) {
  const label = make("span");
  const summary = make("summary", {}, label);
  // Of one name only one is open.
  const element = make("details", { name: "filters", className: "pill" }, summary, make("div", { className: "below" }, ...inside));
  const say = (words, active) => {
    label.textContent = words;
    element.classList.toggle("active", active);
  };
  return { element, say };
}

/** What is looked for. */
export class Words {
  constructor({ words }, changed) {
    this.name = words.name;
    this.input = make("input", {
      type: "search", enterKeyHint: "search", autocomplete: "off", maxLength: 500,
      placeholder: words.placeholder, ariaLabel: words.label,
    });
    this.input.oninput = (event) => event.isComposing || changed(this.get(), true);
    this.element = make("label", { className: "words" }, make("span", { className: "icon" }), this.input);
  }

  get() {
    return { [this.name]: [this.input.value.trim()] };
  }

  set(values) {
    const value = values[this.name]?.[0] ?? "";
    if (this.input.value.trim() !== value) this.input.value = value;
  }
}

/** A name to be typed. */
export class Line {
  constructor({ name, label }, texts, changed) {
    Object.assign(this, { name, label });
    this.input = make("input", { type: "text", autocomplete: "off", maxLength: 100, ariaLabel: label });
    this.input.oninput = (event) => event.isComposing || changed({ [name]: [this.input.value.trim()] }, true);
    Object.assign(this, pill(this.input, make("p", { textContent: texts[`${name}-hint`] })));
    this.element.ontoggle = () => this.element.open && this.input.focus();
  }

  set(values) {
    const value = values[this.name]?.[0] ?? "";
    if (this.input.value.trim() !== value) this.input.value = value;
    this.say(value ? `${this.label}: ${value}` : this.label, Boolean(value));
  }
}

/** Some of a list. */
export class Choice {
  constructor({ name, label, options }, texts, changed) {
    Object.assign(this, { name, label, names: new Map(options) });
    const ticked = () => this.boxes.filter((box) => box.checked).map((box) => box.value);
    this.boxes = options.map(([value]) => make("input", { type: "checkbox", value, onchange: () => changed({ [name]: ticked() }) }));
    const rows = this.boxes.map((box) => make("label", {}, box, make("span", { textContent: this.names.get(box.value) })));
    const list = make("div", { className: "options", role: "group", ariaLabel: label }, ...rows);
    if (!rows.length) list.append(make("p", { textContent: texts[`${name}-none`] }));
    Object.assign(this, pill(list));
  }

  set(values) {
    const chosen = values[this.name] ?? [];
    for (const box of this.boxes) box.checked = chosen.includes(box.value);
    const [first, ...more] = chosen.map((value) => this.names.get(value) ?? value);
    const words = first && first + (more.length ? ` +${more.length}` : "");
    this.say(words ? `${this.label}: ${words}` : this.label, Boolean(words));
  }
}

/** In what order. */
export class Order {
  constructor(sorts, texts, changed) {
    // The first is meant where an address does not say.
    const wanted = (value) => ({ sort: value === sorts[0][0] ? [] : [value] });
    this.radios = sorts.map(([value]) => make("input", { type: "radio", name: "sort", value, onchange: () => changed(wanted(value)) }));
    const parts = sorts.map(([, words], index) => make("label", {}, this.radios[index], make("span", { textContent: words })));
    this.element = make("div", { className: "order", role: "radiogroup", ariaLabel: texts.sort }, ...parts);
  }

  set(values) {
    const wanted = values.sort?.[0];
    const radio = this.radios.find(({ value }) => value === wanted) ?? this.radios[0];
    radio.checked = true;
  }
}
