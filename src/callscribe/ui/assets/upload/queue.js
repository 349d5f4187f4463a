// All uploads of this visit, one at a time. They go on while other pages are looked at: a module lives as long as the
// visit, and whoever draws them comes and goes.

import { refused } from "./check.js";
import * as memory from "./memory.js";
import { abandon } from "./protocol.js";
import { Changed, transfer } from "./transfer.js";

/** In the order in which they came. */
export const uploads = [];

const ACTIVE = ["sending", "offline", "finishing"];
const UNFINISHED = ["waiting", ...ACTIVE];
let watcher = () => {};

/** `listener` hears of each change; there is one page to draw on, so the newest one counts. */
export function watch(listener) {
  watcher = listener;
}

/** Put files at the end of the line; `limits` are the API's, `options` what is asked for beside the file. */
export function add(files, limits, options) {
  for (const file of files) {
    const name = memory.key(file);
    if (uploads.some((other) => memory.key(other.file) === name && UNFINISHED.includes(other.state))) continue;
    put(uploads.length, file, { ...options, again: false }, refused(file, limits));
  }
  next();
}

/** A file that is there already, once more; in the place of the row that says so. */
export function again(upload) {
  put(uploads.indexOf(upload), upload.file, { ...upload.options, again: true }, null, 1);
  next();
}

export function cancel(upload) {
  const { id, state } = upload;
  upload.change({ state: "canceled" });
  upload.stop();
  if (state === "waiting") return;
  memory.forget(upload.file);
  if (id) abandon(id);
}

export function remove(upload) {
  if (uploads.includes(upload)) uploads.splice(uploads.indexOf(upload), 1);
  watcher(null);
}

function put(place, file, options, problem, instead = 0) {
  const controller = new AbortController();
  const upload = { file, options, state: problem ? "failed" : "waiting", problem, sent: 0, speed: null, resumed: 0 };
  upload.signal = controller.signal;
  upload.stop = () => controller.abort(new DOMException("", "AbortError"));
  upload.change = (fields) => {
    if (upload.state === "canceled") return;
    Object.assign(upload, fields);
    watcher(upload);
  };
  uploads.splice(place, instead, upload);
  watcher(null);
}

async function next() {
  const upload = uploads.find((one) => one.state === "waiting");
  if (!upload || uploads.some((one) => ACTIVE.includes(one.state))) return;
  upload.change({ state: "sending" });
  try {
    const { task_id: task, duplicate_of: earlier } = await transfer(upload);
    upload.change({ state: task === earlier ? "known" : "done", task });
  } catch (error) {
    if (!upload.signal.aborted) upload.change({ state: "failed", problem: problem(error) });
  }
  next();
}

/** The name of a text, or a sentence of the API's. */
function problem(error) {
  return error instanceof Changed ? { text: "changed" } : { detail: error.message };
}

addEventListener("beforeunload", (event) => {
  if (uploads.some((upload) => UNFINISHED.includes(upload.state))) event.preventDefault();
});

addEventListener("pagehide", () => {
  memory.release(uploads.filter((upload) => ACTIVE.includes(upload.state)).map((upload) => upload.file));
});
