// What has to outlive the page: uploads that can be gone on with, and the options chosen last. Without storage, as in
// some private windows, nothing is remembered and all else works.

const UPLOADS = "callscribe.uploads";
const OPTIONS = "callscribe.options";
const DAY_MS = 24 * 3600_000; // after which the service forgets them too
const ALIVE_MS = 20_000;
const MOST = 50;

export function find(file, options) {
  const entry = all()[key(file)];
  return entry && entry.options === JSON.stringify(options) ? entry : null;
}

export function keep(file, options, { id, received }) {
  const entry = { id, received, name: file.name, size: file.size, options: JSON.stringify(options), at: Date.now() };
  save({ ...all(), [key(file)]: { ...entry, alive: Date.now() } });
}

/** It is going on in this tab: another one need not offer to. */
export function touch(file) {
  const uploads = all();
  const entry = uploads[key(file)];
  if (entry && Date.now() - entry.alive > ALIVE_MS / 4) save({ ...uploads, [key(file)]: { ...entry, alive: Date.now() } });
}

export function forget(file) {
  forgetKey(key(file));
}

export function forgetKey(name) {
  const { [name]: _, ...others } = all();
  save(others);
}

/** Uploads that stopped: [{key, id, name, size, received}]. */
export function stopped() {
  return Object.entries(all())
    .filter(([, entry]) => Date.now() - entry.alive > ALIVE_MS)
    .map(([name, entry]) => ({ ...entry, key: name }));
}

export const key = ({ name, size, lastModified }) => `${name}|${size}|${lastModified}`;

export const options = () => read(OPTIONS);
export const keepOptions = (chosen) => write(OPTIONS, chosen);

/** This tab ends: what it was sending can be gone on with at once. */
export function release(files) {
  const uploads = all();
  for (const file of files) if (uploads[key(file)]) uploads[key(file)].alive = 0;
  save(uploads);
}

function all() {
  const recent = Object.entries(read(UPLOADS)).filter(([, entry]) => Date.now() - entry.at < DAY_MS);
  return Object.fromEntries(recent);
}

function save(uploads) {
  const newest = Object.entries(uploads).sort(([, one], [, other]) => other.at - one.at);
  write(UPLOADS, Object.fromEntries(newest.slice(0, MOST)));
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Full, or not allowed.
  }
}
