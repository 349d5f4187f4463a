// The summary, or where it is.

import { make } from "../dom.js";
import { copier, problem, quiet, section, tell } from "./parts.js";

const STOPPED = ["failed", "canceled"];

export const summary = {
  data({ result, task }) {
    const status = task?.status ?? result.status;
    return { text: result.summary, state: state(result, status) };
  },

  build({ text, state }, panel) {
    const texts = panel.texts;
    if (!text) return make("p", { class: "calm" }, texts[`summary-${state}`]);
    const copy = copier(texts["copy-summary"], texts["copy-done"], () => text);
    const paragraphs = text.split(/\n+/).filter(Boolean);
    const note = state ? [outdated(state, panel)] : [];
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

function outdated(state, panel) {
  const { call, texts } = panel;
  const wrong = problem();
  const button = quiet(texts["summarize-again"], async () => {
    button.disabled = true;
    tell(wrong, "");
    try {
      call.task = await call.request("POST", `tasks/${call.id}/resummarize`);
      call.dispatchEvent(new Event("task"));
    } catch (error) {
      tell(wrong, error.message);
    }
    button.disabled = false;
  });
  const line = make("p", { class: "aside", role: "status" }, texts[`summary-${state}`]);
  if (state === "outdated") line.append(" ", button);
  return make("div", {}, line, wrong);
}
