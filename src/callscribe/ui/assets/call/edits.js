// Corrections of a transcript: asked of the API, then made in what is shown, so that nobody waits for the whole result
// of a long call.

/** Whether a transcript is complete and nobody is writing its summary; the API refuses corrections otherwise. */
export function canEdit(call) {
  return call.isFinished && call.task.stage === "summarize" && !call.isOriginal;
}

export function setText(call, id, text) {
  return correct(call, "PATCH", `segments/${id}`, { text }, [id]);
}

/** Say who speaks in these segments; null: nobody knows. Those before one that is refused stay changed. */
export async function setSpeaker(call, ids, speaker) {
  for (const id of ids) await correct(call, "PATCH", `segments/${id}`, { speaker }, [id]);
}

/** The second part begins with character `at`, as `placeOf` counts them. */
export function split(call, id, at) {
  return correct(call, "POST", `segments/${id}/split`, { at }, [id]);
}

export function merge(call, id) {
  return correct(call, "POST", `segments/${id}/merge`, undefined, [id, nextOf(call.result.segments, id)?.id]);
}

export async function rename(call, from, to) {
  const { speakers } = await call.request("PATCH", `results/${call.id}/speakers`, { from, to });
  const named = (segment) => (segment.speaker === from ? { ...segment, speaker: to } : segment);
  const owned = (item) => (item.owner !== null && item.owner === from ? { ...item, owner: to } : item);
  show(call, { segments: call.result.segments.map(named), items: call.result.items.map(owned), speakers });
}

/** What it undoes may be anything, so all is fetched anew. */
export async function undo(call) {
  await call.request("DELETE", `results/${call.id}/corrections/last`);
  await call.reload();
}

/** Show the transcript as it was recognised, or as it is. */
export async function showOriginal(call, wanted) {
  call.isOriginal = wanted;
  await call.reload();
}

/** The segment after this one. */
export function nextOf(segments, id) {
  return segments[segments.findIndex((segment) => segment.id === id) + 1];
}

/** Segments with others in the place of those of the ids `gone`. */
export function replaced(segments, gone, present) {
  const at = segments.findIndex(({ id }) => gone.includes(id));
  const kept = segments.filter(({ id }) => !gone.includes(id));
  return kept.toSpliced(at < 0 ? kept.length : at, 0, ...present);
}

/** Speakers in the order in which they first speak, each with seconds and segments. */
export function tally(segments) {
  const found = new Map();
  for (const { speaker: name, start, end } of segments) {
    const one = found.get(name) ?? { name, talk_time: 0, segments: 0 };
    found.set(name, { name, talk_time: one.talk_time + end - start, segments: one.segments + 1 });
  }
  return [...found.values()];
}

/** A text as it will be stored: single spaces, none at the ends. */
export function tidy(text) {
  return text.trim().replace(/\s+/g, " ");
}

/** With which character of the tidy text the second part begins, or null if a part would be empty. */
export function placeOf(text, caret) {
  const [head, tail] = [tidy(text.slice(0, caret)), tidy(text.slice(caret))];
  if (!head || !tail) return null;
  const space = tidy(text) === head + tail ? 0 : 1;
  return [...head].length + space; // characters, of which some are two of JavaScript's
}

async function correct(call, method, path, body, gone) {
  const present = await call.request(method, `results/${call.id}/${path}`, body);
  const segments = replaced(call.result.segments, gone, present);
  show(call, { segments, speakers: tally(segments) });
}

function show(call, changed) {
  const outdated = call.result.summary !== null;
  call.result = { ...call.result, ...changed, summary_outdated: outdated, corrected_at: new Date().toISOString() };
  call.dispatchEvent(new CustomEvent("result"));
}
