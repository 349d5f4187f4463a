// How much there was in each period.

import { shown, ticks } from "./scale.js";
import { draw, place, words } from "./svg.js";
import { day, said } from "./words.js";

const HEIGHT = 200;
const FLOOR = HEIGHT - 26;
const TOP = 12;
const LEFT = 44;

/** `points`: [first day, value]; `unit` is `calls` or `hours`. */
export function columns(points, by, unit, label) {
  const most = Math.max(0, ...points.map(([, value]) => value));
  const marks = ticks(most, 3, unit === "calls");
  const height = (value) => ((FLOOR - TOP) * value) / marks.at(-1);
  return place(label, (width) => {
    const svg = draw("svg", { width, height: HEIGHT });
    const each = (width - LEFT) / points.length;
    for (const mark of marks) {
      const y = FLOOR - height(mark);
      svg.append(draw("line", { x1: LEFT, x2: width, y1: y, y2: y, class: "grid" }), words(LEFT - 8, y + 4, said(mark, unit), "end"));
    }
    const bar = Math.min(Math.max(each * 0.72, 1), 48);
    points.forEach(([start, value], index) => {
      const x = LEFT + each * index;
      const tip = `${day(start, by, true)}: ${said(value, unit)}`;
      const tall = Math.max(height(value), value > 0 ? 2 : 0);
      svg.append(
        draw("rect", { class: "column", x: x + (each - bar) / 2, y: FLOOR - tall, width: bar, height: tall, rx: Math.min(3, bar / 3) }),
        draw("rect", { class: "target", x, y: TOP, width: each, height: FLOOR - TOP, "data-tip": tip }),
      );
    });
    for (const index of shown(points.length, width - LEFT, by === "month" ? 84 : 64)) {
      const x = LEFT + each * (index + 0.5);
      // One at the very edge would be cut off.
      if (x < width - 20 || points.length === 1) svg.append(words(Math.min(x, width - 30), HEIGHT - 6, day(points[index][0], by)));
    }
    return svg;
  });
}
