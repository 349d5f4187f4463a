// The keys of the page, wherever on it the reader is, but not while he types.

import { iconButton, make } from "./dom.js";

const SKIP = 10;
const STEP = 5;
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]:not([contenteditable=false])";
const PRESSED_BY_SPACE = "button, a, summary, label, input, [role=button], [role=tab], [role=option]";
const SHOWN = [
  ["keys-play", "Space", "K"],
  ["keys-skip", "J", "L"],
  ["keys-step", "←", "→"],
  ["keys-speed", "[", "]"],
  ["keys-find", "/"],
  ["keys-help", "?"],
];

export class Keys {
  #stop = new AbortController();

  constructor(player, transcript, texts) {
    this.actions = {
      k: () => player.toggle(),
      j: () => player.skip(-SKIP),
      l: () => player.skip(SKIP),
      ArrowLeft: () => player.skip(-STEP),
      ArrowRight: () => player.skip(STEP),
      "[": () => player.hurry(-1),
      "<": () => player.hurry(-1),
      "]": () => player.hurry(1),
      ">": () => player.hurry(1),
      "/": () => transcript.find.focus(),
      "?": () => this.dialog.showModal(),
    };
    this.dialog = this.#dialog(texts);
    this.button = iconButton("keys", texts.keys, () => this.dialog.showModal());
    document.addEventListener("keydown", (event) => this.#press(event, player), { signal: this.#stop.signal });
  }

  close() {
    this.#stop.abort();
  }

  #press(event, player) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.dialog.open) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest(TYPING)) return;
    if (event.key === " ") {
      if (target instanceof Element && target.closest(PRESSED_BY_SPACE)) return;
      event.preventDefault();
      if (!event.repeat) player.toggle();
      return;
    }
    const action = this.actions[keyOf(event)];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #dialog(texts) {
    const rows = SHOWN.flatMap(([name, ...keys]) => {
      const caps = keys.map((key) => make("kbd", {}, key === "Space" ? texts["keys-space"] : key));
      return [make("dt", {}, ...caps), make("dd", {}, texts[name])];
    });
    const dialog = make("dialog", { class: "keys-list", "aria-label": texts.keys });
    const close = iconButton("close", texts.close, () => dialog.close());
    dialog.append(make("header", {}, make("h2", {}, texts.keys), close), make("dl", {}, ...rows));
    // A click beside it is one on the dialog itself.
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    return dialog;
  }
}

/** The key, or where a Latin keyboard has it: J, K, L and the brackets lie under letters of the Russian one. */
function keyOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  if (/^[а-яё]$/i.test(key)) {
    const latin = { BracketLeft: "[", BracketRight: "]" }[code] ?? code.replace(/^Key/, "").toLowerCase();
    return latin;
  }
  return key;
}
