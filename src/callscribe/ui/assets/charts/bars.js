// The largest of a list, each with its share of the largest.

import { make } from "../dom.js";
import { said } from "./words.js";

const FEW = 8;

/** `rows`: [words, value, address or ""]. */
export function bars(rows, unit, texts) {
  const most = Math.max(...rows.map(([, value]) => value));
  const list = make("ol", { className: "bars" }, ...rows.map((row) => bar(row, most, unit)));
  const rest = [...list.children].slice(FEW);
  if (!rest.length) return list;
  for (const item of rest) item.hidden = true;
  const more = make("button", { type: "button", className: "more", textContent: texts.more.replace("{}", rest.length) });
  more.onclick = () => {
    for (const item of rest) item.hidden = false;
    more.remove();
  };
  return make("div", {}, list, more);
}

function bar([words, value, href], most, unit) {
  const name = href ? make("a", { href, textContent: words }) : make("span", { textContent: words });
  name.classList.add("name");
  const fill = make("span", { className: "fill" });
  fill.style.inlineSize = `${Math.max((100 * value) / most, 0.5)}%`;
  return make("li", {}, name, make("span", { className: "value", textContent: said(value, unit) }), make("span", { className: "track" }, fill));
}
