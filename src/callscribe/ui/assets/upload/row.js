// One upload as it is seen: its name, how far it is, what can be done about it.

import { button, make } from "./dom.js";
import { secondsLeft } from "./pace.js";
import { again, cancel, remove } from "./queue.js";

export class Row {
  #words;
  #state = null;

  constructor(upload, words, limits) {
    this.upload = upload;
    this.limits = limits;
    this.#words = words;
    this.bar = make("progress", { value: 0, max: 1, ariaLabel: upload.file.name });
    this.says = make("span", { className: "says" });
    this.tools = make("span", { className: "tools" });
    this.element = make(
      "li",
      {},
      make("span", { className: "name", textContent: upload.file.name }),
      this.says,
      this.tools,
      this.bar,
    );
  }

  /** Show the upload as it is now; buttons stay as long as its state does, so that they keep the focus. */
  draw() {
    const { state, sent, file } = this.upload;
    this.bar.value = file.size ? sent / file.size : 0;
    const words = this.words();
    if (this.says.textContent !== words) this.says.textContent = words;
    if (state === this.#state) return false;
    this.#state = state;
    this.element.className = state;
    this.bar.hidden = !["waiting", "sending", "offline", "finishing"].includes(state);
    this.tools.replaceChildren(...this.#tools());
    return true;
  }

  words() {
    const { state, problem, sent, file, options } = this.upload;
    if (state === "sending") return this.#figures();
    if (state === "offline") return this.#words.say("offline", { percent: this.#words.percent(sent / file.size) });
    if (state !== "failed") return this.#words.say(state);
    const most = this.#words.size(this.limits.bytes);
    return problem.detail ?? this.#words.say(problem.text, { size: most, language: options.language });
  }

  #figures() {
    const { sent, file, speed, resumed } = this.upload;
    const figures = [this.#words.percent(sent / file.size)];
    if (speed) {
      figures.push(this.#words.speed(speed), this.#words.left(secondsLeft(file.size - sent, speed)));
    }
    if (resumed) figures.push(this.#words.say("resumed", { percent: this.#words.percent(resumed / file.size) }));
    return figures.join(" · ");
  }

  #tools() {
    const { upload } = this;
    const open = () => make("a", { href: `call?call=${upload.task}`, textContent: this.#words.say("open") });
    const hide = () => this.#named(button("quiet", this.#words.say("hide"), () => remove(upload)));
    switch (upload.state) {
      case "waiting":
      case "sending":
      case "offline":
        return [this.#named(button("quiet", this.#words.say("cancel"), () => cancel(upload)))];
      case "done":
        return [open()];
      case "known":
        return [open(), this.#named(button("quiet", this.#words.say("again"), () => again(upload))), hide()];
      case "finishing":
        return [];
      default:
        return [hide()];
    }
  }

  /** Ten buttons that are all called "Cancel" help nobody who cannot see beside what they stand. */
  #named(element) {
    element.setAttribute("aria-label", `${element.textContent}: ${this.upload.file.name}`);
    return element;
  }
}
