// What can be said of a transcript without a page: its turns, which word is spoken when, where something is said.

/** Where nobody is known to speak, a paragraph ends at so many seconds of silence or after so many words. */
const PAUSE = 1.5;
const WORDS = 60;
/** A turn of one who speaks longer is cut, for the eye and for the times beside it. */
const LONG = 120;
/** What was sought is up to so many seconds before the word that was meant: addresses have tenths. */
const EARLY = 0.06;

/** Segments in turns: `{id, speaker, continued, start, end, segments}`; those at the front stay when some are added. */
export function turnsOf(segments) {
  const turns = [];
  let turn = null;
  let words = 0;
  for (const segment of segments) {
    const same = turn !== null && turn.speaker === segment.speaker;
    if (!same || isFull(turn, words, segment)) {
      turn = { id: segment.id, speaker: segment.speaker, continued: same, start: segment.start, segments: [] };
      turns.push(turn);
      words = 0;
    }
    turn.segments.push(segment);
    turn.end = segment.end;
    words += segment.words.length;
  }
  return turns;
}

function isFull(turn, words, segment) {
  if (turn.speaker !== null) return words >= LONG;
  return words >= WORDS || segment.start - turn.end > PAUSE;
}

/** Names in the order in which they first speak; null among them where nobody is known. */
export function speakersOf(segments) {
  return [...new Set(segments.map((segment) => segment.speaker))];
}

/** All words by time. A segment without words is one itself, of the number -1. */
export function indexOf(segments) {
  const count = segments.reduce((sum, segment) => sum + Math.max(1, segment.words.length), 0);
  const index = { starts: new Float64Array(count), segments: new Int32Array(count), words: new Int32Array(count) };
  let at = 0;
  let latest = 0;
  segments.forEach((segment, position) => {
    const starts = segment.words.length ? segment.words.map((word) => word.start) : [segment.start];
    starts.forEach((start, number) => {
      // Speech may overlap; a search by halves needs an order.
      latest = Math.max(latest, start);
      index.starts[at] = latest;
      index.segments[at] = position;
      index.words[at] = segment.words.length ? number : -1;
      at += 1;
    });
  });
  return index;
}

/** The position of the word that is the last to have begun at a second; -1 before the first one. */
export function wordAt(index, second) {
  return last(index.starts.length, (at) => index.starts[at] <= second + EARLY);
}

/** The position of the segment that is the last to have begun at a second; -1 before the first one. */
export function segmentAt(segments, second) {
  return last(segments.length, (at) => segments[at].start <= second + EARLY);
}

/** The last position for which something is true that is true up to some position; -1 if for none. */
export function last(count, isTrue) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A segment's text in pieces `{text, word}`: its words by their numbers, and what is between them, which is -1. */
export function piecesOf(segment) {
  const pieces = [];
  let done = 0;
  segment.words.forEach((word, number) => {
    const begin = segment.text.indexOf(word.text, done);
    if (begin < 0 || word.text === "") return;
    if (begin > done) pieces.push({ text: segment.text.slice(done, begin), word: -1 });
    pieces.push({ text: word.text, word: number });
    done = begin + word.text.length;
  });
  if (done < segment.text.length) pieces.push({ text: segment.text.slice(done), word: -1 });
  return pieces;
}

/** Where a text is said: `{segment, begin, end}`, a segment by its position, in order. Case, and ё or е, do not matter. */
export function matchesOf(segments, query) {
  const wanted = folded(query.trim().replace(/\s+/g, " "));
  const found = [];
  if (wanted === "") return found;
  segments.forEach((segment, position) => {
    const text = folded(segment.text);
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      found.push({ segment: position, begin: at, end: at + wanted.length });
    }
  });
  return found;
}

function folded(text) {
  const lower = text.toLowerCase();
  // A few letters of other languages become two; then places would no longer be those of the text.
  return (lower.length === text.length ? lower : text).replaceAll("ё", "е");
}

/** `MM:SS`, or `H:MM:SS` from an hour on. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
}

/** The chapter in which a second is; undefined before the first one, or where there are none. */
export function chapterAt(chapters, second) {
  return chapters.findLast((chapter) => chapter.start <= second + EARLY);
}

/** The page's address of a call at a second. */
export function addressOf(id, second) {
  return `call?call=${id}&t=${second.toFixed(1)}`;
}
