// What an axis says. Values are zero or more.

/** Round numbers from zero to at least `most`, about `count` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function ticks(most, count = 4, whole = false) {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * (1 - 1e-9));
  if (whole) step = Math.max(1, Math.ceil(step));
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Which of `count` labels there is room for: the first, and then each one after the same number of others. */
export function shown(count, width, room) {
  const every = Math.max(1, Math.ceil((count * room) / Math.max(width, 1)));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}
