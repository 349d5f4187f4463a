// Processing time against length, a dot a call, with the lines of five and of ten minutes an hour.

import { ticks } from "./scale.js";
import { draw, place, words } from "./svg.js";
import { number } from "./words.js";

const HEIGHT = 280;
const FLOOR = HEIGHT - 44;
const TOP = 30;
const LEFT = 52;
const RIGHT = 76;
const MINUTES_AN_HOUR = [5, 10];

/** `calls`: [title, length, processing time, address], in seconds. */
export function scatter(calls, texts, label) {
  const across = ticks(Math.max(...calls.map(([, length]) => length)) / 60, 5);
  const up = ticks(Math.max(...calls.map(([, , took]) => took)) / 60, 4);
  return place(label, (width) => {
    const svg = draw("svg", { width, height: HEIGHT });
    const x = (minutes) => LEFT + ((width - LEFT - RIGHT) * minutes) / across.at(-1);
    const y = (minutes) => FLOOR - ((FLOOR - TOP) * minutes) / up.at(-1);
    for (const mark of up) {
      svg.append(draw("line", { x1: LEFT, x2: width - RIGHT, y1: y(mark), y2: y(mark), class: "grid" }));
      svg.append(words(LEFT - 8, y(mark) + 4, number(mark, 2), "end"));
    }
    for (const mark of across) svg.append(words(x(mark), FLOOR + 18, number(mark, 2)));
    svg.append(words(LEFT + (width - LEFT - RIGHT) / 2, HEIGHT - 6, texts["axis-length"]));
    svg.append(words(LEFT, 12, texts["axis-took"], "start"));
    for (const pace of MINUTES_AN_HOUR) svg.append(...line(pace, across.at(-1), up.at(-1), x, y, texts));
    for (const call of calls) svg.append(dot(call, x, y, texts));
    return svg;
  });
}

/** Up to where it leaves the chart, at the right or at the top. */
function line(pace, right, top, x, y, texts) {
  const end = Math.min(right, (top * 60) / pace);
  const [toX, toY] = [x(end), y((end * pace) / 60)];
  return [
    draw("line", { class: "pace", x1: x(0), y1: y(0), x2: toX, y2: toY }),
    words(toX + 6, toY + 4, texts.pace.replace("{}", pace), "start"),
  ];
}

function dot([title, length, took, href], x, y, texts) {
  const tip = texts.took.replace("{title}", title).replace("{length}", number(length / 60, 1)).replace("{took}", number(took / 60, 1));
  const circle = draw("circle", { class: "dot", cx: x(length / 60), cy: y(took / 60), r: 4.5, "data-tip": tip });
  return draw("a", { href, "aria-label": tip }, circle);
}
