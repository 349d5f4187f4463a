// The summary, or where it is.

import { make } from "../dom.js";
import { copier, problem, quiet, section, tell } from "./parts.js";

const STOPPED = ["failed", "canceled"];

export const summary = {
  data({ result, task }) {
    const status = task?.status ?? result.status;
    // A title that somebody gave is better.
    const isUntitled = task?.title === task?.filename && status === "done";
    return { text: result.summary, state: state(result, status), title: isUntitled ? result.suggested_title : null };
  },

  build({ text, state, title }, panel) {
    const texts = panel.texts;
    if (!text) return make("p", { class: "calm" }, texts[`summary-${state}`]);
    const copy = copier(texts["copy-summary"], texts["copy-done"], () => text);
    const paragraphs = text.split(/\n+/).filter(Boolean);
    const note = [...(state ? [outdated(state, panel)] : []), ...(title ? [titled(title, panel)] : [])];
    return section("summary", texts["summary-title"], [copy], ...note, ...paragraphs.map((words) => make("p", {}, words)));
  },
};

/** Why there is no summary, or why not to rely on the one that there is. */
function state(result, status) {
  if (result.summary) {
    if (status !== "done" && !STOPPED.includes(status)) return "renewed";
    return result.summary_outdated ? "outdated" : null;
  }
  if (status === "done") return "none";
  return STOPPED.includes(status) ? "stopped" : "coming";
}

/** What the call could be called. */
function titled(title, { call, texts }) {
  const take = () => call.request("PATCH", `tasks/${call.id}`, { title });
  const line = make("p", { class: "title" }, title, " ", ...asking(texts["use-title"], take, call));
  return line;
}

function outdated(state, panel) {
  const { call, texts } = panel;
  const line = make("p", { class: "aside", role: "status" }, texts[`summary-${state}`]);
  if (state !== "outdated") return line;
  const anew = () => call.request("POST", `tasks/${call.id}/resummarize`);
  line.append(" ", ...asking(texts["summarize-again"], anew, call));
  return line;
}

/** A button that asks for something which changes the task, and the place where it is told what is wrong. */
function asking(words, ask, call) {
  const wrong = problem();
  const button = quiet(words, async () => {
    button.disabled = true;
    tell(wrong, "");
    try {
      call.task = await ask();
      call.dispatchEvent(new Event("task"));
    } catch (error) {
      tell(wrong, error.message);
    }
    button.disabled = false;
  });
  return [button, wrong];
}
