// What uploads say, in the visitor's language.

export class Words {
  #texts;
  #language;

  constructor(texts, language) {
    this.#texts = texts;
    this.#language = language;
  }

  say(name, values = {}) {
    return this.#texts[name].replace(/\{(\w+)\}/g, (_, place) => values[place]);
  }

  percent(share) {
    return this.#number(Math.floor(share * 100) / 100, { style: "percent" });
  }

  size(bytes) {
    return bytes < 1e6 ? this.#unit(bytes / 1e3, "kilobyte", 0) : this.#unit(bytes / 1e6, "megabyte", bytes < 1e7 ? 1 : 0);
  }

  speed(bytes) {
    // Not as a unit: in Russian some browsers write "МБ/c" with a Latin letter.
    return this.say("speed", { n: this.#number(bytes / 1e6, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 }) });
  }

  left(seconds) {
    if (seconds < 60) return this.say("left-seconds", { n: Math.max(1, Math.round(seconds)) });
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return this.say("left-minutes", { n: minutes });
    return this.say("left-hours", { n: Math.floor(minutes / 60), minutes: minutes % 60 });
  }

  #unit(value, unit, digits) {
    return this.#number(value, { style: "unit", unit, maximumFractionDigits: digits });
  }

  #number(value, style) {
    return new Intl.NumberFormat(this.#language, style).format(value);
  }
}
