// What the API is asked for uploads in parts. XMLHttpRequest, because fetch does not tell how much has been sent.

/** No answer, or one of somebody in between: it may come later. */
export class Lost extends Error {}

/** The API will not have it; the message says why, for people. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

const PASSING = [0, 408, 425, 429, 502, 503, 504];
// A connection can be dead for minutes before the browser notices.
const SILENCE_MS = 60_000;

export const begin = (file, options, signal) =>
  ask("POST", "", { json: { filename: file.name.slice(-1000), size: file.size, ...options }, signal });

export const look = (id, signal) => ask("GET", `/${id}`, { signal });

/** `progress` hears the bytes of the part that are sent. */
export const send = (id, offset, part, progress, signal) =>
  ask("PUT", `/${id}/parts/${offset}`, { part, progress, signal });

/** Takes as long as the store needs for the whole file. */
export const finish = (id, signal) => ask("POST", `/${id}/finish`, { signal, silence: 600_000 });

/** Nobody waits for this: what cannot be removed now, the service forgets after a day. */
export const abandon = (id) => ask("DELETE", `/${id}`, {}).catch(() => {});

function ask(method, path, { json, part, progress, signal, silence = SILENCE_MS }) {
  const request = new XMLHttpRequest();
  request.open(method, new URL(`api/v1/uploads${path}`, document.baseURI));
  if (json) request.setRequestHeader("Content-Type", "application/json");
  if (part) request.setRequestHeader("Content-Type", "application/octet-stream");
  const stop = () => request.abort();
  let patience = setTimeout(stop, silence);
  request.upload.onprogress = ({ loaded }) => {
    clearTimeout(patience);
    patience = setTimeout(stop, silence);
    progress?.(loaded);
  };
  const answer = new Promise((resolve, reject) => {
    request.onload = () => settle(request, resolve, reject);
    request.onerror = () => reject(new Lost());
    request.onabort = () => reject(signal?.aborted ? signal.reason : new Lost());
  });
  signal?.addEventListener("abort", stop);
  signal?.throwIfAborted();
  request.send(json ? JSON.stringify(json) : (part ?? null));
  return answer.finally(() => {
    clearTimeout(patience);
    signal?.removeEventListener("abort", stop);
  });
}

function settle({ status, responseText }, resolve, reject) {
  if (PASSING.includes(status)) return reject(new Lost());
  let body = null;
  try {
    body = JSON.parse(responseText || "{}");
  } catch {
    return reject(new Lost());
  }
  if (status < 300) resolve(body);
  else reject(new Refusal(status, body.detail ?? `HTTP ${status}`));
}
