// From which day to which, as the clock of the reader has them.

import { make } from "../dom.js";
import { pill } from "./fields.js";

/** YYYY-MM-DD of so many days ago. */
export function daysAgo(days, today = new Date()) {
  const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
  const two = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** A day in words, the year only if it is not this one. */
export function said(day, language, today = new Date()) {
  const [year, month, date] = day.split("-").map(Number);
  const moment = new Date(year, month - 1, date);
  if (Number.isNaN(moment.getTime())) return day;
  const form = { day: "numeric", month: "short", ...(year === today.getFullYear() ? {} : { year: "numeric" }) };
  return new Intl.DateTimeFormat(language, form).format(moment);
}

export class Dates {
  constructor(texts, changed) {
    this.texts = texts;
    this.changed = changed;
    this.inputs = { from: this.input("from"), to: this.input("to") };
    const quick = [["today", 0], ["week", 6], ["month", 29]].map(([name, days]) => this.quick(name, days));
    const fields = Object.entries(this.inputs).map(([name, input]) => make("label", {}, make("span", { textContent: texts[name] }), input));
    Object.assign(this, pill(make("div", { className: "days" }, ...fields), make("div", { className: "quick" }, ...quick)));
  }

  input(name) {
    const input = make("input", { type: "date" });
    // While a year is typed it begins with zeros.
    input.onchange = () => (input.value && input.value < "1900") || this.changed({ [name]: [input.value] }, true);
    return input;
  }

  quick(name, days) {
    const button = make("button", { type: "button", textContent: this.texts[name] });
    button.onclick = () => {
      this.changed({ from: [daysAgo(days)], to: [] });
      this.element.open = false;
    };
    return button;
  }

  set({ from: [from = ""] = [], to: [to = ""] = [] }) {
    if (this.inputs.from.value !== from) this.inputs.from.value = from;
    if (this.inputs.to.value !== to) this.inputs.to.value = to;
    const language = document.documentElement.lang;
    const [first, last] = [from, to].map((day) => day && said(day, language));
    const words = first && last ? `${first} – ${last}` : first ? this.texts.since.replace("{}", first) : this.texts.until.replace("{}", last);
    this.say(from || to ? words : this.texts.dates, Boolean(from || to));
  }
}
