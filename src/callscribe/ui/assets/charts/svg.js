// Drawings, as wide as their place, drawn anew when that changes; and what is said about the point under the pointer.

import { make } from "../dom.js";

export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function words(x, y, content, anchor = "middle") {
  const element = draw("text", { x, y, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

/** A place for a drawing; `paint(width)` gives it. Its elements with `data-tip` say that when they are pointed at. */
export function place(label, paint) {
  const tip = make("div", { className: "tip", hidden: true });
  const element = make("div", { className: "drawing" }, tip);
  let width = 0;
  const watcher = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (!now || now === width) return;
    width = now;
    const svg = paint(width);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    element.replaceChildren(svg, tip);
    tip.hidden = true;
  });
  watcher.observe(element);
  element.onpointermove = (event) => point(element, tip, event);
  element.onpointerleave = () => (tip.hidden = true);
  return element;
}

function point(element, tip, event) {
  const target = event.target.closest("[data-tip]");
  tip.hidden = !target;
  if (!target) return;
  tip.textContent = target.dataset.tip;
  const box = element.getBoundingClientRect();
  const half = tip.offsetWidth / 2;
  const x = Math.min(Math.max(event.clientX - box.left, half), box.width - half);
  tip.style.translate = `${x - half}px ${event.clientY - box.top - tip.offsetHeight - 12}px`;
}
