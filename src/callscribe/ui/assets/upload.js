// The place to drop recordings, and the uploads of this visit below it. What it draws belongs to upload/queue.js, which
// goes on when this is gone.

import { button, make } from "./upload/dom.js";
import * as memory from "./upload/memory.js";
import { Options } from "./upload/options.js";
import { abandon } from "./upload/protocol.js";
import { add, remove, uploads, watch } from "./upload/queue.js";
import { Row } from "./upload/row.js";
import { Words } from "./upload/words.js";

const SEEN_MS = 4000; // how long one can read that a file is uploaded; then it is below, among those in progress
const views = new WeakMap();
let view = null;

export default function ({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) {
    uploads.filter((upload) => upload.state === "done").forEach(remove);
    views.set(parentElement, new View(parentElement.querySelector(".root")));
  }
  view = views.get(parentElement);
  view.uploaded = (task) => setTriggerValue("uploaded", task);
  view.set(new TextDecoder().decode(data));
  watch((upload) => view.changed(upload));
}

class View {
  #json = null;
  #rows = new Map();

  constructor(root) {
    this.root = root;
  }

  get isShown() {
    return this.root.isConnected;
  }

  /** Streamlit calls whenever the page is drawn again; mostly nothing has changed. */
  set(json) {
    if (json === this.#json) return;
    this.#json = json;
    this.data = JSON.parse(json);
    this.words = new Words(this.data.texts, this.data.language);
    this.limits = this.data.limits;
    this.options = new Options(this.words, this.data);
    this.list = make("ul", { className: "rows", ariaLabel: this.words.say("list") });
    this.status = make("p", { className: "unseen", role: "status" });
    this.#rows.clear();
    this.root.replaceChildren(this.#zone(), this.options.element, this.list, this.status);
    this.changed(null);
  }

  add(files) {
    add(files, this.limits, this.options.value);
  }

  /** Draw one upload again, or all of them. */
  changed(upload) {
    if (!upload) return this.#all();
    const isNew = this.#rows.get(upload)?.draw();
    if (!isNew) return;
    this.status.textContent = `${upload.file.name}: ${this.#rows.get(upload).words()}`;
    if (upload.state !== "done") return;
    if (this.isShown) this.uploaded(upload.task);
    setTimeout(() => remove(upload), SEEN_MS);
  }

  #all() {
    for (const upload of uploads) {
      if (!this.#rows.has(upload)) this.#rows.set(upload, new Row(upload, this.words, this.limits));
      this.#rows.get(upload).draw();
    }
    for (const upload of this.#rows.keys()) if (!uploads.includes(upload)) this.#rows.delete(upload);
    const keys = uploads.map((upload) => memory.key(upload.file));
    const stopped = memory.stopped().filter((entry) => !keys.includes(entry.key));
    const rows = [...this.#rows.values()].sort((one, other) => uploads.indexOf(one.upload) - uploads.indexOf(other.upload));
    this.list.replaceChildren(...stopped.map((entry) => this.#stopped(entry)), ...rows.map((row) => row.element));
  }

  #stopped({ key, id, name, size, received }) {
    const giveUp = button("quiet", this.words.say("give-up"), () => {
      memory.forgetKey(key);
      abandon(id);
      this.#all();
    });
    giveUp.setAttribute("aria-label", `${giveUp.textContent}: ${name}`);
    const says = this.words.say("stopped", { percent: this.words.percent(received / size) });
    return make(
      "li",
      { className: "stopped" },
      make("span", { className: "name", textContent: name }),
      make("span", { className: "says", textContent: says }),
      make("span", { className: "tools" }, giveUp),
    );
  }

  #zone() {
    const { words, limits } = this;
    const accept = limits.formats.length ? ["audio/*", "video/*", ...limits.formats.map((name) => `.${name}`)].join() : "";
    const input = make("input", { type: "file", multiple: true, hidden: true, accept });
    input.onchange = () => {
      this.add([...input.files]);
      input.value = "";
    };
    const zone = make(
      "div",
      { className: this.data.first ? "zone first" : "zone" },
      make("span", { className: "icon" }),
      make("p", { className: "invite mouse", textContent: words.say("drop") }),
      make("p", { className: "invite touch", textContent: words.say("touch") }),
      button("choose", words.say("choose"), () => input.click()),
      make("p", { className: "hint", textContent: words.say("hint", { size: words.size(limits.bytes) }) }),
      input,
    );
    if (this.data.samples.length) zone.append(this.#samples());
    this.zone = zone;
    return zone;
  }

  #samples() {
    const line = make("p", { className: "samples" }, make("span", { textContent: this.words.say("samples") }));
    for (const { address, name } of this.data.samples) {
      line.append(button("sample", name, () => this.#sample(address, line)));
    }
    return line;
  }

  async #sample(address, line) {
    try {
      const answer = await fetch(new URL(address, document.baseURI));
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const file = [await answer.blob()];
      this.add([new File(file, address.split("/").at(-1), { type: "audio/flac", lastModified: 0 })]);
    } catch {
      line.replaceChildren(make("span", { className: "bad", role: "alert", textContent: this.words.say("sample-lost") }));
    }
  }
}

// Anywhere on the page: who misses the place must not lose the page, and the uploads with it, to the dropped file.
addEventListener("dragover", (event) => over(event, view?.isShown));
addEventListener("dragleave", (event) => event.relatedTarget ?? over(event, false));
addEventListener("drop", (event) => {
  over(event, false);
  if (view?.isShown) view.add(dropped(event.dataTransfer));
});

function over(event, isOver) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  view?.zone.classList.toggle("over", Boolean(isOver));
}

function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const files = items.map((item) => {
    const file = item.getAsFile();
    if (file && item.webkitGetAsEntry?.()?.isDirectory) file.isFolder = true;
    return file;
  });
  return files.filter(Boolean);
}
