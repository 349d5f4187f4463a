// What can be done with all calls that were found, or with those that are selected.

import { make, plural } from "../dom.js";

export class Bar {
  /** `act(what)` is told what to do with the selected calls, `clear()` that none is to be selected. */
  constructor(act, clear) {
    this.act = act;
    this.count = make("p", { className: "count" });
    this.clear = make("button", { type: "button", className: "quiet", onclick: clear });
    this.form = make("select");
    this.download = make("a", { className: "button", download: "" });
    this.download.onclick = (event) => this.save(event);
    this.form.onchange = () => this.link();
    this.tag = this.tagging();
    this.delete = make("button", { type: "button", className: "bad", onclick: () => this.confirm() });
    this.outcome = make("p", { className: "outcome", role: "status" });
    const actions = make("div", { className: "actions" }, this.form, this.download, this.tag.element, this.delete);
    this.element = make("div", { className: "bar" }, this.count, this.clear, actions);
  }

  tagging() {
    const input = make("input", { type: "text", maxLength: 50, required: true, autocomplete: "off" });
    const known = make("datalist", { id: "tags" });
    input.setAttribute("list", "tags");
    const send = make("button", { type: "submit", className: "button" });
    const form = make("form", { className: "below" }, input, known, send);
    const summary = make("summary", { className: "button" });
    const element = make("details", { className: "tagging" }, summary, form);
    element.ontoggle = () => element.open && input.focus();
    element.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      element.open = false;
      summary.focus();
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      element.open = false;
      this.act({ do: "tag", tag: input.value.trim() });
      input.value = "";
    };
    return { element, input, known, send, summary };
  }

  draw(data) {
    this.data = data;
    const { texts, forms, tags } = data;
    const chosen = this.form.value;
    this.form.replaceChildren(...forms.map(([form, name]) => new Option(name, form)));
    this.form.value = chosen || forms[0][0];
    this.form.ariaLabel = texts.format;
    this.clear.textContent = texts.unselect;
    this.delete.textContent = texts.delete;
    this.tag.summary.textContent = this.tag.send.textContent = texts["add-tag"];
    this.tag.input.ariaLabel = this.tag.input.placeholder = texts["tag-name"];
    this.tag.known.replaceChildren(...tags.map((tag) => new Option(tag)));
    if (data.outcome) this.say(data.outcome.words, data.outcome.failed);
  }

  say(words, failed = false) {
    this.outcome.textContent = words;
    this.outcome.classList.toggle("failed", failed);
  }

  select(ids) {
    this.ids = [...ids];
    const some = this.ids.length > 0;
    const { texts, plurals, total, rows } = this.data;
    this.count.textContent = some ? plural(plurals.selected, this.ids.length) : total;
    this.element.classList.toggle("some", some);
    this.clear.hidden = this.tag.element.hidden = this.delete.hidden = !some;
    this.form.hidden = this.download.hidden = !rows.length;
    this.download.textContent = some ? texts.export : texts["export-all"];
    this.link();
  }

  link() {
    const query = new URLSearchParams(this.ids.length ? this.ids.map((id) => ["task_id", id]) : this.data.export);
    query.append("format", this.form.value);
    this.download.href = new URL(`api/v1/export?${query}`, document.baseURI);
  }

  /** Asks first, since a browser would save an error as if it were the file. */
  async save(event) {
    if (!event.isTrusted) return;
    event.preventDefault();
    this.say("");
    try {
      const stop = new AbortController();
      const answer = await fetch(this.download.href, { signal: stop.signal });
      if (!answer.ok) return this.say((await answer.json()).detail, true);
      stop.abort();
      this.download.click();
    } catch {
      this.say(this.data.texts.lost, true);
    }
  }

  confirm() {
    const { texts, plurals } = this.data;
    const sure = make("button", { type: "submit", value: "yes", className: "bad", textContent: plural(plurals["delete-yes"], this.ids.length) });
    const keep = make("button", { type: "submit", value: "no", className: "button", textContent: texts["delete-no"], autofocus: true });
    const title = make("h2", { textContent: plural(plurals["delete-sure"], this.ids.length) });
    const what = make("p", { textContent: texts["delete-what"] });
    const form = make("form", { method: "dialog" }, title, what, make("div", { className: "actions" }, keep, sure));
    const dialog = make("dialog", { ariaLabel: title.textContent }, form);
    dialog.onclose = () => {
      dialog.remove();
      if (dialog.returnValue === "yes") this.act({ do: "delete" });
    };
    this.element.append(dialog);
    dialog.showModal();
  }

  busy(words) {
    this.element.inert = Boolean(words);
    if (words) this.say(words);
  }
}
