// The sound of a call in outline: what is to be heard where, and by whom.

import { heightsOf } from "./bars.js";
import { make, fill } from "./dom.js";
import { colourOf } from "./speakers.js";
import { chapterAt, clock, segmentAt } from "./turns.js";

const STEP = 3;
const BAR = 2;
const FAINT = 0.38;
const PAGE = 60;
/** Engines let segments end early: until so many seconds later it is still the same speaker. */
const SILENCE = 3;

export class Waveform {
  #bars = null;
  #pixel = -1;
  #isDragged = false;

  constructor(call, player, texts) {
    this.call = call;
    this.player = player;
    this.texts = texts;
    this.canvas = make("canvas");
    this.hint = make("span", { class: "hint", hidden: true });
    this.element = make("div", {
      class: "waveform", role: "slider", tabindex: "0", "aria-label": texts.position, "aria-valuemin": "0",
    }, this.canvas, this.hint);
    this.#listen();
  }

  /** Draw what has changed; cheap if nothing has. */
  draw() {
    const { width, height } = this.canvas;
    const duration = this.player?.duration ?? 0;
    const key = [width, height, duration];
    const { result, waveform } = this.call;
    const isSame = this.#bars && this.#bars.key.every((part, at) => part === key[at]);
    if (!isSame || this.#bars.result !== result || this.#bars.waveform !== waveform) {
      const [muted, ink] = ["var(--muted)", "var(--ink)"].map((css) => this.#colour(css));
      this.#bars = { key, result, waveform, muted, ink, list: this.#made(duration) };
      this.#pixel = -1;
    }
    const played = duration ? Math.round((this.player.time / duration) * width) : 0;
    if (played === this.#pixel || !width) return;
    this.#pixel = played;
    this.#paint(played);
    this.#tell();
  }

  #made(duration) {
    const scale = devicePixelRatio;
    const count = Math.floor(this.canvas.width / scale / STEP);
    const heights = heightsOf(this.call.waveform, duration, count);
    const colours = new Map();
    const isTold = this.call.result?.segments.some((segment) => segment.speaker !== null);
    return Array.from(heights, (height, bar) => {
      const speaker = isTold ? this.#speaker(((bar + 0.5) / count) * duration) : null;
      if (!colours.has(speaker)) colours.set(speaker, this.#resolved(speaker));
      return { height, colour: colours.get(speaker) };
    });
  }

  // undefined: nobody speaks; null: nobody knows who.
  #speaker(second) {
    const segments = this.call.result?.segments ?? [];
    const segment = segments[segmentAt(segments, second)];
    return segment && second < segment.end + SILENCE ? segment.speaker : undefined;
  }

  // A canvas knows no variables of CSS.
  #resolved(speaker) {
    if (speaker === undefined) return this.#colour("var(--muted)");
    return this.#colour(speaker === null ? "var(--accent)" : colourOf(this.call, speaker));
  }

  #colour(css) {
    this.hint.style.setProperty("outline-color", css);
    return getComputedStyle(this.hint).outlineColor;
  }

  #paint(played) {
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    this.#drawBars(context, played, width, FAINT);
    this.#drawBars(context, 0, played, 1);
    context.globalAlpha = 1;
    const scale = devicePixelRatio;
    context.fillStyle = this.#bars.muted;
    for (const chapter of this.#chapters) {
      if (chapter.start > 0) context.fillRect(this.#x(chapter.start), 0, scale, 5 * scale);
    }
    context.fillStyle = this.#bars.ink;
    context.fillRect(Math.min(Math.max(0, played - scale), width - 2 * scale), 0, 2 * scale, height);
  }

  #drawBars(context, begin, end, strength) {
    const { width, height } = this.canvas;
    const step = width / (this.#bars.list.length || 1);
    const thick = BAR * devicePixelRatio;
    context.save();
    context.beginPath();
    context.rect(begin, 0, end - begin, height);
    context.clip();
    context.globalAlpha = strength;
    this.#bars.list.forEach((bar, at) => {
      if ((at + 1) * step < begin || at * step > end) return;
      const long = Math.max(thick, bar.height * height * 0.86);
      context.fillStyle = bar.colour;
      context.beginPath();
      context.roundRect(at * step, (height - long) / 2, thick, long, thick / 2);
      context.fill();
    });
    context.restore();
  }

  get #chapters() {
    return this.call.result?.chapters ?? [];
  }

  #x(second) {
    return Math.round((second / (this.player.duration || 1)) * this.canvas.width);
  }

  #tell() {
    const { time, duration } = this.player;
    const title = chapterAt(this.#chapters, time)?.title;
    const words = fill(this.texts.at, { time: clock(time), length: clock(duration) });
    this.element.ariaValueMax = String(Math.floor(duration));
    this.element.ariaValueNow = String(Math.floor(time));
    this.element.ariaValueText = title ? `${words}, ${title}` : words;
  }

  #listen() {
    const element = this.element;
    new ResizeObserver(() => this.#resize()).observe(element);
    // The colour of the canvas is one of the theme, and changes by a transition that can be heard of.
    this.canvas.addEventListener("transitionend", () => this.#redraw());
    element.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      element.setPointerCapture(event.pointerId);
      this.#isDragged = true;
      this.#seek(event);
    });
    element.addEventListener("pointermove", (event) => {
      this.#point(event);
      if (this.#isDragged) this.#seek(event);
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      element.addEventListener(kind, () => (this.#isDragged = false));
    }
    element.addEventListener("pointerleave", () => (this.hint.hidden = true));
    element.addEventListener("keydown", (event) => this.#press(event));
  }

  #resize() {
    const box = this.element.getBoundingClientRect();
    this.canvas.width = Math.round(box.width * devicePixelRatio);
    this.canvas.height = Math.round(box.height * devicePixelRatio);
    this.#redraw();
  }

  #redraw() {
    this.#bars = null;
    this.draw();
  }

  #second(event) {
    const box = this.element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.player.duration;
  }

  #seek(event) {
    this.player.seek(this.#second(event), { play: false });
  }

  #point(event) {
    const second = this.#second(event);
    const title = chapterAt(this.#chapters, second)?.title;
    this.hint.textContent = title ? `${clock(second)} · ${title}` : clock(second);
    this.hint.hidden = event.pointerType === "touch" && !this.#isDragged;
    const box = this.element.getBoundingClientRect();
    const half = this.hint.offsetWidth / 2;
    this.hint.style.left = `${Math.min(box.width - half, Math.max(half, event.clientX - box.left))}px`;
  }

  // The arrows to the left and right are keys of the whole page.
  #press(event) {
    const { time, duration } = this.player;
    const wanted = { Home: 0, End: duration, PageUp: time + PAGE, PageDown: time - PAGE }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    this.player.seek(wanted, { play: false });
  }
}
