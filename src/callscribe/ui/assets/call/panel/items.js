// Key points, decisions, action items and open questions, each with the moment that it rests on.

import { fill, iconButton, make } from "../dom.js";
import { clock } from "../turns.js";
import { copier, problem, quiet, section, tell } from "./parts.js";

const NAMES = { key_point: "key-points", decision: "decisions", action_item: "action-items", question: "questions" };

export function insights(kind) {
  return {
    data({ result }) {
      const items = result.items.filter((item) => item.kind === kind);
      // Whether it is done is seen to by `update`: a tick is no reason to draw all anew.
      return items.length ? items.map(({ done, ...rest }) => rest) : null;
    },

    build(items, panel) {
      const { texts } = panel;
      const copied = () => items.map((item) => asText(item, panel)).join("\n");
      const copy = copier(texts[`copy-${NAMES[kind]}`], texts["copy-done"], copied);
      const rows = items.map((item) => row(item, panel));
      return section(NAMES[kind], texts[NAMES[kind]], [copy], make("ul", { class: "items" }, ...rows));
    },

    update(panel, slot) {
      for (const box of slot.querySelectorAll("input")) {
        box.checked = panel.call.result.items[Number(box.value)]?.done ?? false;
      }
    },
  };
}

/** A line for a message or a list of one's own. */
function asText(item, { call }) {
  const box = item.kind === "action_item" ? `[${call.result.items[item.position].done ? "x" : " "}] ` : "";
  const due = item.due ? ` (${until(item)})` : "";
  return `- ${box}${item.owner ? `${item.owner}: ` : ""}${item.text}${due}`;
}

/** Until when, as it was said, and the day that is: one of no time zone. */
function until({ due, due_date: day }) {
  if (!day) return due;
  const form = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return `${due} · ${new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(day))}`;
}

function row(item, panel) {
  const { player, texts } = panel;
  const play = iconButton("play", fill(texts["play-from"], { time: clock(item.start) }), () => {
    player.playSpan(item.start, item.end);
    panel.tell("evidence", { segments: item.segments, start: item.start });
  });
  play.classList.add("round");
  const body = make("div", { class: "body" }, words(item, panel), meta(item, texts));
  return make("li", {}, play, body);
}

function words(item, panel) {
  if (item.kind !== "action_item") return make("span", { class: "words" }, item.text);
  const box = make("input", { type: "checkbox", value: item.position });
  const wrong = problem();
  box.onchange = () => tick(item.position, box, wrong, panel.call);
  const label = make("label", {}, box, make("span", { class: "words" }, item.text));
  return make("div", {}, label, wrong);
}

/** The mark stands at once; it is taken back if that could not be stored. */
async function tick(position, box, wrong, call) {
  const done = box.checked;
  call.result.items[position].done = done;
  tell(wrong, "");
  try {
    await call.request("PATCH", `results/${call.id}/action-items/${position}`, { done });
  } catch (error) {
    call.result.items[position].done = box.checked = !done;
    tell(wrong, error.message);
  }
}

function meta(item, texts) {
  const line = make("div", { class: "meta" }, make("time", {}, clock(item.start)));
  if (item.owner) line.append(make("span", { class: "owner" }, item.owner));
  if (item.due) line.append(make("span", { class: "due", title: texts.due }, until(item)));
  // What is repeated word for word needs no proof.
  if (!item.quote || item.quote === item.text) return line;
  const quote = make("blockquote", { hidden: true }, item.quote);
  const button = quiet(texts.quote, () => {
    quote.hidden = !quote.hidden;
    button.ariaExpanded = String(!quote.hidden);
  });
  button.ariaExpanded = "false";
  line.append(button);
  return make("div", {}, line, quote);
}
