// Scrolls along with what is heard, until the reader scrolls himself; then a button leads back.

import { make, still } from "./dom.js";

const SCROLLING = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"];
/** Of the height that can be seen: where the word is brought to, and how far down it may get by itself. */
const WANTED = 0.3;
const LOWEST = 0.7;
/** What is farther away than so many heights is not scrolled to, but shown at once. */
const FAR = 2;
const SETTLING_FRAMES = 8;

export class Follower {
  #isAway = false;
  #stop = new AbortController();

  constructor(transcript, texts) {
    this.transcript = transcript;
    this.button = make("button", { type: "button", class: "follow", hidden: true }, texts.follow);
    this.button.addEventListener("click", () => this.keep(true));
    this.#listen();
  }

  /** Keep the current word in view; `anyway`, though the reader has scrolled away. */
  keep(anyway) {
    const word = this.transcript.current;
    if (!word || !word.checkVisibility()) return;
    if (anyway || this.#isSeen(word)) this.#isAway = false;
    if (!this.#isAway) this.show(word);
    this.#offer();
  }

  /** Bring an element into view, if it is not there. */
  show(element) {
    if (this.#isSeen(element)) return;
    const { top, height } = this.#view();
    const offset = () => element.getBoundingClientRect().top - top - height * WANTED;
    const isFar = Math.abs(offset()) > FAR * height;
    const scroller = this.#scroller();
    scroller.scrollBy({ top: offset(), behavior: isFar || still() ? "instant" : "smooth" });
    if (isFar || still()) this.#settle(scroller, offset, SETTLING_FRAMES);
  }

  close() {
    this.#stop.abort();
  }

  // What has not been drawn before has only a guessed height until it is there.
  #settle(scroller, offset, frames) {
    if (!frames || this.#isAway) return;
    requestAnimationFrame(() => {
      if (Math.abs(offset()) > 2) scroller.scrollBy({ top: offset(), behavior: "instant" });
      this.#settle(scroller, offset, frames - 1);
    });
  }

  #listen() {
    const options = { passive: true, signal: this.#stop.signal };
    const away = () => {
      this.#isAway = true;
      this.#offer();
    };
    window.addEventListener("wheel", away, options);
    window.addEventListener("touchmove", away, options);
    window.addEventListener("keydown", (event) => SCROLLING.includes(event.key) && away(), options);
    window.addEventListener("pointerdown", (event) => event.target === this.#scroller() && away(), options);
    window.addEventListener("scroll", () => this.#offer(), { ...options, capture: true });
  }

  #offer() {
    const word = this.transcript.current;
    this.button.hidden = !(this.#isAway && word?.isConnected && this.transcript.player.isPlaying && !this.#isSeen(word));
  }

  #isSeen(word) {
    const { top, height } = this.#view();
    const box = word.getBoundingClientRect();
    return box.top >= top && box.bottom <= top + height * LOWEST;
  }

  // Between what sticks to the top and the end of the window, or the player where it is at the bottom.
  #view() {
    const { top: bar, player } = this.transcript;
    const { top: end } = player.element.getBoundingClientRect();
    const top = Math.max(0, bar.getBoundingClientRect().bottom);
    return { top, height: (end > innerHeight / 2 ? end : innerHeight) - top };
  }

  #scroller() {
    let node = this.transcript.element;
    while (node) {
      node = node.parentElement ?? node.getRootNode().host;
      if (node && /auto|scroll/.test(getComputedStyle(node).overflowY) && node.scrollHeight > node.clientHeight) return node;
    }
    return document.scrollingElement;
  }
}
