// A call as the API has it, kept up to date.

const FINISHED = ["done", "failed", "canceled"];
const POINTS = 2000;
const AGAIN_MS = 3000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Fires `task`, `result`, `waveform`, `gone`, and `problem` with a sentence, or null when it is over, as `detail`. */
export class Call extends EventTarget {
  #source = null;
  #closed = false;
  #stale = false;
  #fetching = false;
  #notBefore = 0;
  #asked = 0;
  #shown = 0;
  #waveformAt = -Infinity;

  constructor(id, texts) {
    super();
    this.id = id;
    this.texts = texts;
    this.task = null;
    this.result = null;
    this.waveform = null;
    this.isOriginal = false; // whether the result is without corrections
  }

  /** Whether nothing of it changes any more but by those who correct it. */
  get isFinished() {
    return FINISHED.includes(this.task?.status);
  }

  get mediaUrl() {
    return this.url(`tasks/${this.id}/media`);
  }

  /** The address of what the API has at a path below `/api/v1/`. */
  url(path) {
    return new URL(`api/v1/${path}`, document.baseURI);
  }

  /** Fetch all of it. Its own errors are told by `gone` or `problem`. */
  async load() {
    try {
      this.#setTask(await this.request("GET", `tasks/${this.id}`));
      await this.reload();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Fetch the result anew; throws as `request` does. */
  async reload() {
    const number = ++this.#asked;
    const result = await this.request("GET", `results/${this.id}${this.isOriginal ? "?original=true" : ""}`);
    if (number < this.#shown || this.#closed) return;
    this.#shown = number;
    this.result = result;
    this.#fire("result");
    this.#fire("problem", null);
  }

  /** Keep it up to date until `close`. */
  follow() {
    document.addEventListener("visibilitychange", this.#watch);
    this.#watch();
  }

  close() {
    this.#closed = true;
    document.removeEventListener("visibilitychange", this.#watch);
    this.#source?.close();
  }

  /** What the API answers at a path below `/api/v1/`, or null for nothing; throws an Error that says what is wrong. */
  async request(method, path, body) {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    let answer;
    let content = null;
    try {
      answer = await fetch(this.url(path), { method, headers, body: JSON.stringify(body) });
      const type = answer.headers.get("content-type") ?? "";
      if (answer.status !== 204 && type.includes("json")) content = await answer.json();
    } catch {
      throw new Error(this.texts.lost);
    }
    if (!answer.ok) throw Object.assign(new Error(content?.detail ?? this.texts.lost), { status: answer.status });
    return content;
  }

  // A browser allows few connections to one server: tabs that nobody looks at must not hold them all.
  #watch = () => {
    this.#source?.close();
    this.#source = null;
    if (document.hidden || this.#closed) return;
    const source = new EventSource(this.url(`tasks/${this.id}/events`));
    this.#source = source;
    source.addEventListener("task", (event) => this.#changed(JSON.parse(event.data)));
    source.addEventListener("deleted", () => this.#gone());
    source.onerror = () => this.#interrupted(source);
  };

  #changed(task) {
    const isSame = this.result !== null && JSON.stringify(task) === JSON.stringify(this.task);
    const isFirst = this.#source.isKnown !== true;
    this.#source.isKnown = true;
    this.#setTask(task);
    // Corrections change no task, but are events too.
    if (!(isFirst && isSame)) this.#refresh();
  }

  // After what is no stream of events, such as an error of a proxy, a browser does not try again by itself.
  async #interrupted(source) {
    if (source.readyState !== EventSource.CLOSED) return;
    await pause(AGAIN_MS);
    if (source !== this.#source) return;
    await this.request("GET", `tasks/${this.id}`).then(this.#watch, (error) => {
      this.#failed(error);
      if (!this.#closed) this.#interrupted(source);
    });
  }

  async #refresh() {
    this.#stale = true;
    if (this.#fetching) return;
    this.#fetching = true;
    while (this.#stale && !this.#closed) {
      await pause(this.#notBefore - performance.now());
      this.#stale = false;
      const begun = performance.now();
      await this.reload().catch((error) => this.#failed(error));
      const now = performance.now();
      // Of a call of many hours it is much, and a growing one changes all the time.
      this.#notBefore = now + Math.max(1000, 4 * (now - begun));
    }
    this.#fetching = false;
  }

  #setTask(task) {
    this.task = task;
    this.#fire("task");
    const isWhole = this.waveform !== null && this.waveform.duration >= (task.duration ?? Infinity) - 1;
    const isDue = performance.now() > this.#waveformAt + AGAIN_MS || this.isFinished;
    if (!isWhole && isDue) this.#drawn();
  }

  async #drawn() {
    this.#waveformAt = performance.now();
    // Without it a line is drawn.
    const waveform = await this.request("GET", `tasks/${this.id}/waveform?points=${POINTS}`).catch(() => null);
    if (waveform === null || this.#closed) return;
    this.waveform = waveform;
    this.#fire("waveform");
  }

  #failed(error) {
    if (error.status === 404) this.#gone();
    else this.#fire("problem", error.message);
  }

  #gone() {
    this.close();
    this.dispatchEvent(new CustomEvent("gone"));
  }

  #fire(kind, detail) {
    if (!this.#closed) this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
