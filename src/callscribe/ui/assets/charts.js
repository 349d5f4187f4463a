// All calls in numbers and charts; each chart has its figures as a table too.

import { bars } from "./charts/bars.js";
import { columns } from "./charts/columns.js";
import { scatter } from "./charts/scatter.js";
import { day, number, said } from "./charts/words.js";
import { make } from "./dom.js";

const drawn = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".root");
  const words = new TextDecoder().decode(component.data);
  if (drawn.get(root) === words) return;
  drawn.set(root, words);
  const data = JSON.parse(words);
  root.replaceChildren(ways(data), ...(data.total.calls ? [figures(data), charts(data)] : [nothing(data)]));
}

function ways({ ranges, periods, texts }) {
  const group = (label, links) =>
    make("nav", { ariaLabel: label }, ...links.map(([words, href, current]) => {
      const link = make("a", { href, textContent: words });
      if (current) link.setAttribute("aria-current", "true");
      return link;
    }));
  return make("div", { className: "ways" }, group(texts.range, ranges), group(texts.by, periods));
}

function nothing({ texts }) {
  return make("p", { className: "nothing", textContent: texts.nothing });
}

function figures({ total, median, texts }) {
  const shown = [
    [number(total.calls), texts.calls],
    [number(total.hours, total.hours < 100 ? 1 : 0), texts.hours],
    [number(total.words), texts.words],
  ];
  if (median !== null) shown.push([texts.minutes.replace("{}", number(median * 60, 1)), texts.median]);
  return make("dl", { className: "figures" }, ...shown.map(([value, name]) =>
    make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
}

function charts(data) {
  const { series, by, took, lists, texts } = data;
  const page = make("div", { className: "charts" });
  const over = (place, unit) => {
    const rows = series.map((one) => [one[0], one[place]]);
    const chart = columns(rows, by, unit, texts[`${unit}-over-time`]);
    page.append(figure(texts[`${unit}-over-time`], chart, [texts.period, texts[unit]], rows.map(([start, value]) => [day(start, by, true), said(value, unit)]), texts));
  };
  over(1, "calls");
  over(2, "hours");
  if (took.length) page.append(processing(took, texts));
  for (const { name, unit, rows } of lists) if (rows.length)
    page.append(figure(texts[name], bars(rows, unit, texts), [texts[`${name}-one`], texts[unit]], rows.map(([words, value]) => [words, said(value, unit)]), texts));
  return page;
}

function processing(took, texts) {
  const chart = scatter(took, texts, texts.processing);
  const rows = took.map(([title, length, time]) => [title, number(length / 60, 1), number(time / 60, 1)]);
  const element = figure(texts.processing, chart, [texts.call, texts["axis-length"], texts["axis-took"]], rows, texts);
  element.classList.add("wide");
  return element;
}

function figure(title, chart, head, rows, texts) {
  const table = make("table", {},
    make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col", textContent: words })))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((words) => make("td", { textContent: words }))))));
  const more = make("details", {}, make("summary", { textContent: texts.table }), table);
  more.firstChild.setAttribute("aria-label", `${texts.table}: ${title}`);
  return make("figure", {}, make("figcaption", {}, make("h2", { textContent: title })), chart, more);
}
