// The way of one file: begun, or gone on with where it stopped; part by part; finished. A lost connection is waited for.

import * as memory from "./memory.js";
import * as protocol from "./protocol.js";
import { Pace } from "./pace.js";

/** The file on the disk is not what was chosen any more. */
export class Changed extends Error {}

const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];

/**
 * Send `upload` = {file, options, signal, change(fields)}; what the API says of the whole file, {task_id, duplicate_of}.
 * Throws Refusal, Changed, or the signal's reason.
 */
export async function transfer(upload) {
  const way = { upload, id: memory.find(upload.file, upload.options)?.id ?? null, failures: 0, pace: new Pace() };
  for (;;) {
    try {
      return await attempt(way);
    } catch (error) {
      await recover(way, error);
    }
  }
}

async function attempt(way) {
  const { upload } = way;
  let state = await begun(way);
  while (state.received < state.size) {
    told(way, state.received);
    state = await part(way, state);
    way.failures = 0;
    memory.keep(upload.file, upload.options, { id: way.id, received: state.received });
  }
  upload.change({ state: "finishing", sent: state.size, speed: null });
  const accepted = await protocol.finish(way.id, upload.signal);
  memory.forget(upload.file);
  return accepted;
}

async function begun(way) {
  const { file, options, signal, change } = way.upload;
  if (way.id) {
    const state = await protocol.look(way.id, signal);
    change({ id: way.id, ...(way.failures ? {} : { resumed: state.received }) });
    return state;
  }
  const state = await protocol.begin(file, options, signal);
  way.id = state.upload_id;
  memory.keep(file, options, { id: way.id, received: 0 });
  change({ id: way.id });
  return state;
}

function part(way, { received, part_bytes }) {
  const { file, signal } = way.upload;
  const bytes = file.slice(received, received + part_bytes);
  return protocol.send(way.id, received, bytes, (sent) => told(way, received + sent), signal);
}

function told({ upload, pace }, sent) {
  pace.note(sent, performance.now());
  memory.touch(upload.file);
  upload.change({ state: "sending", sent, speed: pace.speed });
}

async function recover(way, error) {
  const { file, signal, change } = way.upload;
  signal.throwIfAborted();
  if (error instanceof protocol.Refusal) {
    const forgotten = error.status === 404 && way.id;
    if (forgotten) {
      way.id = null;
      memory.forget(file);
    } else if (error.status !== 409) {
      memory.forget(file);
      throw error;
    }
  } else if (!(error instanceof protocol.Lost)) {
    throw error;
  }
  await readable(file); // else it would be tried for ever
  way.pace.rest();
  change({ state: "offline", speed: null });
  await pause(PAUSES_MS[Math.min(way.failures++, PAUSES_MS.length - 1)], signal);
}

async function readable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Changed();
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const over = (settle) => {
      clearTimeout(timer);
      removeEventListener("online", go);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const go = () => over(resolve);
    const stop = () => over(() => reject(signal.reason));
    const timer = setTimeout(go, milliseconds);
    addEventListener("online", go);
    signal.addEventListener("abort", stop);
  });
}
