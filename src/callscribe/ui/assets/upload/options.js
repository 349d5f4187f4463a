// What is asked for beside a file: quiet, with defaults that do, and remembered.

import { make } from "./dom.js";
import * as memory from "./memory.js";

const MOST_TERMS = 100;
const LONGEST_TERM = 60;
const MOST_SPEAKERS = 10;

export class Options {
  constructor(words, { languages, templates, summaryLanguages }) {
    const kept = memory.options();
    this.words = words;
    this.language = choice(languages, kept.language);
    this.template = choice(templates, kept.template);
    this.summary = choice([["", words.say("summary-any")], ...summaryLanguages], kept.summary);
    this.count = choice(counts(words), kept.count);
    this.speakers = line(kept.speakers, words.say("speakers-example"));
    this.vocabulary = line(kept.vocabulary, words.say("vocabulary-example"));
    this.chosen = make("span", { className: "chosen" });
    this.element = make(
      "details",
      { className: "options" },
      make("summary", {}, make("span", { textContent: words.say("options") }), this.chosen),
      this.#fields(templates.length > 0),
    );
    this.element.onchange = () => this.#keep();
    this.#tell();
  }

  /** As the API takes them. Names of speakers are listened for too, and offered when somebody says who speaks. */
  get value() {
    return {
      language: this.language.value,
      template: this.template.value || null,
      summary_language: this.summary.value || null,
      vocabulary: terms(`${this.speakers.value},${this.vocabulary.value}`),
      speakers: Number(this.count.value) || null,
    };
  }

  #fields(hasTemplates) {
    const names = ["language", hasTemplates && "template", "summary", "count", "speakers", "vocabulary"].filter(Boolean);
    return make("div", { className: "fields" }, ...names.map((name) => this.#field(name, this[name])));
  }

  #field(name, control) {
    const hint = make("small", { textContent: this.words.say(`${name}-hint`) });
    return make("label", { className: name }, make("span", { textContent: this.words.say(name) }), control, hint);
  }

  #keep() {
    const { language, template, summary, count, speakers, vocabulary } = this;
    const fields = { language, template, summary, count, speakers, vocabulary };
    memory.keepOptions(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value])));
    this.#tell();
  }

  #tell() {
    const selects = [this.language, this.template, this.summary, this.count].filter((select) => select.value);
    const said = selects.map((select) => select.selectedOptions[0].text);
    const count = this.value.vocabulary.length;
    if (count) said.push(this.words.say("vocabulary-count", { n: count }));
    this.chosen.textContent = said.join(" · ");
  }
}

/** Names and terms between commas; of too many, the first. */
export function terms(text) {
  const found = text.split(/[,;\n]/).map((term) => term.trim().replace(/\s+/g, " ").slice(0, LONGEST_TERM));
  return [...new Set(found.filter(Boolean))].slice(0, MOST_TERMS);
}

/** How many speak: as many as are found, or up to ten. */
function counts(words) {
  const numbers = Array.from({ length: MOST_SPEAKERS }, (_, index) => index + 1);
  return [["", words.say("count-any")], ...numbers.map((number) => [String(number), words.say("count-of", { n: number })])];
}

function line(value, example) {
  return make("input", { type: "text", value: value ?? "", placeholder: example, autocomplete: "off" });
}

function choice(entries, wanted) {
  const select = make("select", {}, ...entries.map(([value, name]) => new Option(name, value)));
  if (entries.some(([value]) => value === wanted)) select.value = wanted;
  return select;
}
