// Plays the recording. Times are seconds of the call.

import { fill, iconButton, make } from "./dom.js";
import { shareButton } from "./share.js";
import { clock } from "./turns.js";
import { Waveform } from "./waveform.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const SPEED_KEPT = "callscribe_speed";
const SKIP = 10;
const AGAIN_MS = 2000;

/** Fires `time` as it goes on, and when another place is sought (`detail.sought`). */
export class Player extends EventTarget {
  #isReady = false;
  #isClosed = false;
  #isAsking = false;
  #wanted = 0;
  #end = null;

  constructor(call, texts) {
    super();
    this.call = call;
    this.texts = texts;
    this.audio = make("audio", { preload: "metadata" });
    this.waveform = new Waveform(call, this, texts);
    this.#build();
    this.#listen();
    this.speed = Number(localStorage.getItem(SPEED_KEPT));
    this.#moved(false);
  }

  get time() {
    return this.#isReady ? this.audio.currentTime : this.#wanted;
  }

  get duration() {
    if (Number.isFinite(this.audio.duration)) return this.audio.duration;
    return this.call.task?.duration ?? this.call.waveform?.duration ?? 0;
  }

  get isPlaying() {
    return this.#isReady && !this.audio.paused;
  }

  get speed() {
    return this.audio.playbackRate;
  }

  set speed(wanted) {
    const speed = SPEEDS.includes(wanted) ? wanted : 1;
    this.audio.defaultPlaybackRate = speed;
    this.audio.playbackRate = speed;
    this.choice.value = String(speed);
    localStorage.setItem(SPEED_KEPT, String(speed));
  }

  /** Go to the next speed that is there, up or down. */
  hurry(steps) {
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(this.speed) + steps))];
  }

  /** Go to a second, and play from there, or leave it playing or paused as it is. */
  seek(second, { play = true } = {}) {
    this.#end = null;
    this.#wanted = Math.min(Math.max(0, second), this.duration || Infinity);
    if (this.#isReady) this.audio.currentTime = this.#wanted;
    this.#moved(true);
    if (play) this.play();
  }

  skip(seconds) {
    this.seek(this.time + seconds, { play: false });
  }

  play() {
    // A browser may refuse, or the reader be quicker; either way the button shows how it is.
    if (this.#isReady) this.audio.play().catch(() => {});
  }

  pause() {
    this.#end = null;
    this.audio.pause();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  /** Play from a second to another one, and stop there. */
  playSpan(start, end) {
    this.seek(start);
    this.#end = end;
  }

  close() {
    this.#isClosed = true;
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  #build() {
    const texts = this.texts;
    this.toggler = iconButton("play", texts.play, () => this.toggle());
    this.toggler.classList.add("main");
    const skips = ["back", "forward"].map((way, forward) => {
      const label = fill(texts[way], { n: SKIP });
      const button = iconButton(way, label, () => this.skip(forward ? SKIP : -SKIP));
      button.append(make("small", { "aria-hidden": "true" }, String(SKIP)));
      return button;
    });
    this.clock = make("span", { class: "clock" });
    this.length = make("span", { class: "length" });
    this.choice = make("select", { class: "speed", "aria-label": texts.speed, title: texts.speed });
    for (const speed of SPEEDS) {
      this.choice.add(new Option(`${speed.toLocaleString(document.documentElement.lang)}×`, String(speed)));
    }
    this.choice.onchange = () => (this.speed = Number(this.choice.value));
    this.note = make("p", { class: "note", role: "status" });
    this.more = make("div", { class: "more" }, this.choice, shareButton(this.call, this, texts));
    this.element = make(
      "section",
      { class: "player", "aria-label": texts.player },
      make("div", { class: "buttons" }, skips[0], this.toggler, skips[1]),
      make("div", { class: "sound" }, this.waveform.element, this.note),
      make("div", { class: "times" }, this.clock, this.length),
      this.more,
      this.audio,
    );
  }

  #listen() {
    for (const kind of ["play", "pause", "ended"]) this.audio.addEventListener(kind, () => this.#changed());
    this.audio.addEventListener("loadedmetadata", () => this.#moved(false));
    // Frames are not drawn for a page that nobody sees, but it is heard.
    this.audio.addEventListener("timeupdate", () => this.#moved(false));
    this.audio.addEventListener("error", () => this.#isReady && this.#say(this.texts.unplayable));
    this.call.addEventListener("task", () => this.#prepare());
    this.call.addEventListener("result", () => this.waveform.draw());
    this.call.addEventListener("waveform", () => this.#moved(false));
  }

  #changed() {
    const isPlaying = this.isPlaying;
    this.toggler.firstChild.className = `icon ${isPlaying ? "pause" : "play"}`;
    this.toggler.ariaLabel = this.toggler.title = isPlaying ? this.texts.pause : this.texts.play;
    if (isPlaying) this.#frame();
    else this.#moved(false);
  }

  #frame() {
    if (!this.isPlaying) return;
    this.#moved(false);
    requestAnimationFrame(() => this.#frame());
  }

  #moved(sought) {
    if (this.#isReady && !sought) this.#wanted = this.audio.currentTime;
    if (this.#end !== null && this.#wanted >= this.#end) this.pause();
    show(this.clock, clock(this.#wanted));
    show(this.length, clock(this.duration));
    this.waveform.draw();
    this.dispatchEvent(new CustomEvent("time", { detail: { sought } }));
  }

  // The copy for playing is made after the upload; until then the API says that it is not there. Of a call that was
  // finished before it was asked for, it never comes.
  async #prepare() {
    this.#moved(false);
    if (this.#isReady || this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    const wasFinished = this.call.isFinished;
    const answer = await fetch(this.call.mediaUrl, { method: "HEAD" }).catch(() => null);
    this.#isAsking = false;
    if (answer?.ok) this.#start();
    else if (wasFinished && answer?.status < 500) this.#say(this.texts.unplayable);
    else this.#wait();
  }

  #wait() {
    this.#say(this.texts.preparing);
    this.#isAsking = true;
    setTimeout(() => {
      this.#isAsking = false;
      this.#prepare();
    }, AGAIN_MS);
  }

  #start() {
    if (this.#isClosed) return;
    this.#say("");
    this.audio.src = this.call.mediaUrl;
    if (this.#wanted) this.audio.currentTime = this.#wanted;
    this.#isReady = true;
    this.#disable(false);
  }

  #say(words) {
    this.note.textContent = words;
    if (words) this.#disable(true);
  }

  #disable(isDisabled) {
    for (const button of this.element.querySelectorAll(".buttons button")) button.disabled = isDisabled;
  }
}

function show(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
