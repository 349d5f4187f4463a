// The transcript: turns that grow while the call is worked on, the word that is heard, and a click on any to hear it.

import { make } from "./dom.js";
import { FindBox } from "./find.js";
import { Follower } from "./follow.js";
import { colourOf, nameOf } from "./speakers.js";
import { TurnView } from "./turn.js";
import { indexOf, speakersOf, turnsOf, wordAt } from "./turns.js";

const NEAR = "800px";
/** Turns are drawn by so many: with thousands next to each other a browser takes long for every change of one. */
const BLOCK = 50;
/** A mouse that moved so many pixels has selected text. */
const DRAG = 4;

export class Transcript {
  #views = new Map();
  #viewOf = new Map();
  #index = indexOf([]);
  #at = -1;
  #current = null;
  #spoken = null;
  #filter = null;

  constructor(player, texts) {
    this.player = player;
    this.texts = texts;
    this.segments = [];
    this.views = [];
    this.near = new Set();
    this.chips = make("div", { class: "chips", role: "group", "aria-label": texts.speakers });
    this.list = make("div", { class: "turns" });
    this.empty = make("p", { class: "empty", role: "status" });
    this.find = new FindBox(this, texts);
    this.top = make("div", { class: "top" }, this.chips, this.find.element);
    this.follower = new Follower(this, texts);
    this.element = make(
      "section",
      { class: "transcript", "aria-label": texts.transcript },
      this.top,
      this.list,
      this.empty,
      this.follower.button,
    );
    this.#listen();
  }

  /** Show a call's result; what has not changed keeps its elements. */
  render(call) {
    this.call = call;
    this.segments = call.result.segments;
    this.#index = indexOf(this.segments);
    this.#arrange(turnsOf(this.segments));
    this.#showChips();
    this.empty.textContent = this.segments.length ? "" : this.texts[call.isFinished ? "nothing" : "soon"];
    this.find.search();
    this.#at = -1;
    this.mark(this.player.time);
  }

  /** Mark the word that is heard at a second; whether it is another one than before. */
  mark(second) {
    const at = wordAt(this.#index, second);
    if (at === this.#at) return false;
    this.#at = at;
    this.#unmark();
    if (at < 0) return true;
    const { view, segment } = this.#placeOf(this.#index.segments[at]);
    this.#current = view.word(segment.id, this.#index.words[at]);
    this.#current.classList.add("current");
    this.#spoken = view.element;
    this.#spoken.setAttribute("aria-current", "true");
    return true;
  }

  /** The element of the word that is marked, or null. */
  get current() {
    return this.#current;
  }

  /** Bring what is said at a second into view. */
  scrollTo(second) {
    const at = wordAt(this.#index, second);
    if (at < 0) return;
    const { view, segment } = this.#placeOf(this.#index.segments[at]);
    this.follower.show(view.word(segment.id, this.#index.words[at]));
  }

  /** Dim all but one speaker ("": those who are not known), or none for null. */
  filterSpeaker(name) {
    this.#filter = name;
    this.list.classList.toggle("filtered", name !== null);
    for (const view of this.#views.values()) this.#dim(view);
    for (const chip of this.chips.children) chip.ariaPressed = String(chip.dataset.speaker === name);
    this.element.dispatchEvent(new CustomEvent("filtered", { detail: name }));
  }

  /** Where a segment is shown, by its position; its words have elements then. */
  show(position) {
    const { view, segment } = this.#placeOf(position);
    view.fill();
    return view.segment(segment.id);
  }

  close() {
    this.follower.close();
    this.find.close();
    this.observer.disconnect();
  }

  #placeOf(position) {
    const segment = this.segments[position];
    return { segment, view: this.#viewOf.get(segment.id) };
  }

  #unmark() {
    this.#current?.classList.remove("current");
    this.#spoken?.removeAttribute("aria-current");
    this.#current = null;
  }

  #arrange(turns) {
    this.#viewOf.clear();
    const wanted = new Set(turns.map((turn) => turn.id));
    for (const [id, view] of this.#views) if (!wanted.has(id)) this.#drop(id, view);
    this.views = turns.map((turn) => this.#shown(turn));
    const count = Math.ceil(turns.length / BLOCK);
    for (let at = 0; at < count; at += 1) this.#fill(at, this.views.slice(at * BLOCK, (at + 1) * BLOCK));
    while (this.list.children.length > count) this.list.lastElementChild.remove();
  }

  #fill(at, views) {
    const block = this.list.children[at] ?? this.list.appendChild(make("div", { class: "block" }));
    const height = views.reduce((sum, view) => sum + view.height, 0);
    block.style.containIntrinsicBlockSize = `auto ${height}rem`;
    let next = block.firstElementChild;
    for (const { element } of views) {
      if (element === next) next = next.nextElementSibling;
      else block.insertBefore(element, next);
    }
  }

  #shown(turn) {
    let view = this.#views.get(turn.id);
    if (!view) {
      view = new TurnView(this.texts);
      this.#views.set(turn.id, view);
      view.element.view = view;
      this.observer.observe(view.element);
    }
    view.update(turn, this.call);
    this.#dim(view);
    for (const segment of turn.segments) this.#viewOf.set(segment.id, view);
    return view;
  }

  #drop(id, view) {
    this.#views.delete(id);
    this.near.delete(view);
    this.observer.unobserve(view.element);
    view.element.remove();
  }

  #dim(view) {
    view.element.classList.toggle("dim", this.#filter !== null && view.element.dataset.speaker !== this.#filter);
  }

  #showChips() {
    const names = speakersOf(this.segments);
    const key = JSON.stringify(names);
    if (this.chips.dataset.names === key) return;
    this.chips.dataset.names = key;
    const chips = names.some((name) => name !== null) ? names.map((name) => this.#chip(name)) : [];
    this.chips.replaceChildren(...chips);
    if (!names.some((name) => (name ?? "") === this.#filter)) this.#filter = null;
    this.filterSpeaker(this.#filter);
  }

  #chip(name) {
    const chip = make(
      "button",
      { type: "button", class: "chip", "data-speaker": name ?? "", title: this.texts["only-speaker"] },
      nameOf(name, this.texts),
    );
    chip.style.setProperty("--colour", colourOf(this.call, name));
    chip.onclick = () => this.filterSpeaker(chip.ariaPressed === "true" ? null : chip.dataset.speaker);
    return chip;
  }

  #listen() {
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: `${NEAR} 0px` });
    this.player.addEventListener("time", (event) => {
      const isOther = this.mark(this.player.time);
      if (isOther || event.detail.sought) this.follower.keep(event.detail.sought);
    });
    let pressed = null;
    this.list.addEventListener("pointerdown", (event) => (pressed = event));
    this.list.addEventListener("click", (event) => {
      const isDrag = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) > DRAG;
      const isPlain = event.detail < 2 && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isDrag && isPlain) this.#clicked(event.target);
    });
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        target.view.fill();
        this.near.add(target.view);
      } else {
        this.near.delete(target.view);
      }
    }
    this.find.paint();
  }

  #clicked(target) {
    if (target.closest(".time")) this.player.seek(target.closest(".turn").view.turn.start);
    const word = target.closest(".word");
    if (!word || word.isContentEditable) return;
    const id = Number(word.closest(".segment").dataset.id);
    const segment = this.#viewOf.get(id).turn.segments.find((one) => one.id === id);
    this.player.seek(segment.words[Number(word.dataset.word)].start);
  }
}
