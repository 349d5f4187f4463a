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
    return { speakers, statements, editable: canEdit(call) };
  },

  build({ speakers, statements, editable }, panel) {
    const all = speakers.reduce((sum, { talk_time }) => sum + talk_time, 0) || 1;
    const shares = speakers.map((one) => ({ ...one, share: one.talk_time / all, said: statements[one.name] ?? [] }));
    const list = make("ul", { class: "talk" }, ...shares.map((one) => row(one, editable, panel)));
    return section("speakers", panel.texts.speakers, [], bar(shares, panel), list);
  },

  update(panel, slot) {
    for (const button of slot.querySelectorAll("button.who")) {
      button.ariaPressed = String(button.dataset.name === panel.only);
    }
  },
};

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

function who({ name, share, talk_time }, panel) {
  const dot = make("span", { class: "dot" });
  dot.style.background = colourOf(panel.call, name);
  const shown = make("span", { class: "name" }, nameOf(name, panel.texts));
  const parts = [dot, shown, make("span", {}, percent(share)), make("span", { class: "spent" }, spent(talk_time, panel.texts))];
  if (name === null) return make("div", { class: "who" }, ...parts);
  const attributes = { type: "button", class: "who", title: panel.texts["only-speaker"], "data-name": name };
  const button = make("button", attributes, ...parts);
  button.addEventListener("click", () => filter(name, panel));
  return button;
}

/** The same one once more: everybody again. */
function filter(name, panel) {
  panel.only = panel.only === name ? null : name;
  panel.tell("speaker", { name: panel.only });
  panel.render();
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
