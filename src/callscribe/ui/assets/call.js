// The page of a call: player, transcript and what came out of it. Streamlit calls `default` again whenever the page is
// drawn again; what is there stays with the element until it is another call.

import { Call } from "./call/data.js";
import { make } from "./call/dom.js";
import { Editor } from "./call/editor.js";
import { Keys } from "./call/keys.js";
import { Panel } from "./call/panel.js";
import { Player } from "./call/player.js";
import { Tabs } from "./call/tabs.js";
import { Transcript } from "./call/transcript.js";

const pages = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".root");
  const { taskId, second, texts } = JSON.parse(new TextDecoder().decode(component.data));
  if (pages.get(root)?.call.id !== taskId) {
    pages.get(root)?.close();
    pages.set(root, new CallPage(root, taskId, texts));
  }
  pages.get(root).changed = () => component.setTriggerValue("changed", Date.now());
  pages.get(root).go(second);
  return () => {
    pages.get(root)?.close();
    pages.delete(root);
  };
}

class CallPage {
  #second = null;
  #state = null;
  #isShown = false;

  constructor(root, id, texts) {
    this.root = root;
    this.texts = texts;
    this.call = new Call(id, texts);
    this.player = new Player(this.call, texts);
    this.transcript = new Transcript(this.player, texts);
    this.panel = new Panel(this.call, this.player, texts);
    this.editor = new Editor(this.call, this.player, this.transcript, texts);
    this.keys = new Keys(this.player, this.transcript, texts);
    this.#build();
    this.#listen();
    this.call.load().then(() => this.call.follow());
  }

  /** Show what is said at a second. Browsers play nothing before the reader has done something. */
  go(second) {
    if (second === null || second === this.#second) return;
    this.#second = second;
    this.player.seek(second, { play: false });
    if (this.#isShown) this.transcript.scrollTo(second);
  }

  close() {
    this.call.close();
    this.player.close();
    this.transcript.close();
    this.keys.close();
  }

  #build() {
    const { texts, player, transcript, panel } = this;
    const tabs = new Tabs(texts.views, [[texts.transcript, transcript.element], [texts.summary, panel.element]]);
    this.problem = make("p", { class: "problem", role: "status" });
    player.more.append(this.keys.button);
    const columns = make("div", { class: "columns" }, ...tabs.panels);
    this.layout = make("div", { class: "call" }, player.element, this.problem, tabs.element, columns, this.keys.dialog);
    this.root.replaceChildren(this.layout);
    this.size = new ResizeObserver(([{ target }]) => {
      this.layout.style.setProperty("--player-height", `${target.offsetHeight}px`);
    });
    this.size.observe(player.element);
    this.editor.attach(this.layout);
  }

  #listen() {
    const { call, transcript, panel, player } = this;
    call.addEventListener("result", () => {
      transcript.render(call);
      panel.render();
      if (this.#second !== null && !this.#isShown) transcript.scrollTo(this.#second);
      this.#isShown = true;
    });
    call.addEventListener("task", () => this.#tell(call.task));
    call.addEventListener("problem", ({ detail }) => (this.problem.textContent = detail ?? ""));
    call.addEventListener("gone", () => {
      player.close();
      this.layout.replaceChildren(make("p", { class: "problem", role: "status" }, this.texts.gone));
      this.changed();
    });
    transcript.element.addEventListener("filtered", ({ detail }) => panel.showOnly(detail));
    player.addEventListener("shared", ({ detail }) => (this.#second = detail));
  }
  // What is around it on the page looks seldom by itself while nothing is going on.
  #tell({ status, title }) {
    const state = JSON.stringify([status, title]);
    if (this.#state !== null && state !== this.#state) this.changed();
    this.#state = state;
  }
}
