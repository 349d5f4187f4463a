// Who spoke how much.

import { fill, iconButton, make } from "../dom.js";
import { SpeakerForm } from "../speaker_form.js";
import { canEdit } from "../edits.js";
import { colourOf, nameOf } from "../speakers.js";
import { percent, section } from "./parts.js";

export const talk = {
  data(call) {
    const speakers = call.result.speakers ?? [];
    // That nobody is known is no news.
    if (!speakers.some(({ name }) => name)) return null;
    const statements = Object.fromEntries(call.result.participants.map((one) => [one.name, one.statements]));
    const turns = turnsOf(call.result.segments);
    return { speakers: speakers.map((one) => ({ ...one, turns: turns.get(one.name) })), statements, editable: canEdit(call) };
  },

  build({ speakers, statements, editable }, panel) {
    const all = speakers.reduce((sum, { talk_time }) => sum + talk_time, 0) || 1;
    const shares = speakers.map((one) => ({ ...one, share: one.talk_time / all, said: statements[one.name] ?? [] }));
    const list = make("ul", { class: "talk" }, ...shares.map((one) => row(one, editable, panel)));
    return section("speakers", panel.texts.talk, [], bar(shares, panel), list);
  },

  update(panel, slot) {
    for (const button of slot.querySelectorAll(".who")) {
      button.ariaPressed = String(button.dataset.name === panel.only);
    }
  },
};

/** How often each speaker begins to speak. */
function turnsOf(segments) {
  const turns = new Map();
  segments.forEach(({ speaker }, at) => {
    if (at === 0 || segments[at - 1].speaker !== speaker) turns.set(speaker, (turns.get(speaker) ?? 0) + 1);
  });
  return turns;
}

function bar(shares, { call, texts }) {
  const told = shares.map(({ name, share }) => `${nameOf(name, texts)} ${percent(share)}`).join(", ");
  const element = make("div", { class: "shares", role: "img", "aria-label": told });
  for (const { name, share } of shares) {
    const part = make("span", { title: `${nameOf(name, texts)} ${percent(share)}` });
    part.style.flexGrow = share;
    part.style.background = colourOf(call, name);
    element.append(part);
  }
  return element;
}

function row(speaker, editable, panel) {
  const { call, texts } = panel;
  const name = nameOf(speaker.name, texts);
  const item = make("li", {}, who(speaker, panel));
  if (editable) {
    item.append(iconButton("edit", fill(texts["rename-speaker"], { name }), () => rename(speaker.name, item, call, texts)));
  }
  if (speaker.said.length) item.append(statements(speaker.said, texts));
  return item;
}

function who({ name, share, talk_time, turns }, panel) {
  const { call, texts } = panel;
  const dot = make("span", { class: "dot" });
  dot.style.background = colourOf(call, name);
  const key = name ?? "";
  const button = make("button", { type: "button", class: "who", title: texts["only-here"], "data-name": key }, dot);
  button.append(make("span", { class: "name" }, nameOf(name, texts)), make("span", {}, percent(share)));
  button.append(make("span", { class: "spent", title: fill(texts.turns, { n: turns ?? 0 }) }, spent(talk_time, texts)));
  // The same one once more: everybody again.
  button.addEventListener("click", () => panel.tell("speaker", { name: panel.only === key ? null : key }));
  return button;
}

function rename(name, item, call, texts) {
  if (item.querySelector("form")) return;
  const opener = item.querySelector(".tool");
  const form = new SpeakerForm(call, texts, { name }, () => {
    form.element.remove();
    opener.focus();
  });
  item.append(form.element);
  form.focus();
}

function statements(said, texts) {
  const list = make("ul", {}, ...said.map((words) => make("li", {}, words)));
  return make("details", {}, make("summary", {}, texts.statements), list);
}

function spent(seconds, texts) {
  const minutes = Math.round(seconds / 60);
  return minutes ? fill(texts.minutes, { n: minutes }) : fill(texts.seconds, { n: Math.round(seconds) });
}
