// What a waveform is drawn of, without a page.

const FLOOR = 12;
const QUIET = 0.04;

/**
 * How high each bar is, 0 to 1: the loudest point of its stretch against the loudest of all.
 *
 * The points cover the first `covered` seconds of `duration`; beyond them there is nothing yet.
 */
export function heightsOf(waveform, duration, count) {
  const heights = new Float32Array(count).fill(QUIET);
  const points = waveform?.points ?? [];
  if (!points.length || !duration) return heights;
  const loudest = points.reduce((most, point) => Math.max(most, point), FLOOR + 1);
  const perSecond = points.length / (waveform.duration || duration);
  for (let bar = 0; bar < count; bar += 1) {
    const begin = Math.floor((bar / count) * duration * perSecond);
    const end = Math.max(begin + 1, Math.floor(((bar + 1) / count) * duration * perSecond));
    let level = 0;
    for (let at = begin; at < end && at < points.length; at += 1) level = Math.max(level, points[at]);
    heights[bar] = Math.max(QUIET, ((level - FLOOR) / (loudest - FLOOR)) ** 1.6 || 0);
  }
  return heights;
}
