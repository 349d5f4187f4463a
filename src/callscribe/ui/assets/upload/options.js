// What is asked for beside a file: quiet, with defaults that do, and remembered.

import { make } from "./dom.js";
import * as memory from "./memory.js";

const MOST_TERMS = 100;
const LONGEST_TERM = 60;

export class Options {
  constructor(words, { languages, templates }) {
    const kept = memory.options();
    this.words = words;
    this.language = choice(languages, kept.language);
    this.template = choice(templates, kept.template);
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
    const template = this.template.value || null;
    const vocabulary = terms(`${this.speakers.value},${this.vocabulary.value}`);
    return { language: this.language.value, template, vocabulary };
  }

  #fields(hasTemplates) {
    const fields = make("div", { className: "fields" }, this.#field("language", this.language));
    if (hasTemplates) fields.append(this.#field("template", this.template));
    fields.append(this.#field("speakers", this.speakers), this.#field("vocabulary", this.vocabulary));
    return fields;
  }

  #field(name, control) {
    const hint = make("small", { textContent: this.words.say(`${name}-hint`) });
    return make("label", { className: name }, make("span", { textContent: this.words.say(name) }), control, hint);
  }

  #keep() {
    const fields = { language: this.language, template: this.template, speakers: this.speakers, vocabulary: this.vocabulary };
    memory.keepOptions(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value])));
    this.#tell();
  }

  #tell() {
    const selects = [this.language, this.template].filter((select) => select.options.length);
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

function line(value, example) {
  return make("input", { type: "text", value: value ?? "", placeholder: example, autocomplete: "off" });
}

function choice(entries, wanted) {
  const select = make("select", {}, ...entries.map(([value, name]) => new Option(name, value)));
  if (entries.some(([value]) => value === wanted)) select.value = wanted;
  return select;
}
