// How quick an upload is, smoothed, so that the figures can be read.

const LEAST_MS = 500;
const SMOOTH_MS = 4000;

export class Pace {
  speed = null; // bytes a second, null while unknown
  #from = null;

  /** So many bytes of the file are sent at a moment, in milliseconds of any clock. */
  note(sent, now) {
    if (!this.#from) this.#from = { sent, now };
    const elapsed = now - this.#from.now;
    if (elapsed < LEAST_MS) return;
    const current = Math.max(0, ((sent - this.#from.sent) / elapsed) * 1000);
    const weight = 1 - Math.exp(-elapsed / SMOOTH_MS);
    this.speed = this.speed === null ? current : this.speed + weight * (current - this.speed);
    this.#from = { sent, now };
  }

  /** A pause begins, which does not count. */
  rest() {
    this.speed = null;
    this.#from = null;
  }
}

/** Seconds for the rest of a file, null while unknown. */
export function secondsLeft(bytes, speed) {
  return speed ? bytes / speed : null;
}
