// The address of the second that is being heard.

import { iconButton, make } from "./dom.js";
import { addressOf } from "./turns.js";

const SAID_MS = 2500;

/** A button that copies it, and puts it where the browser shows the page's address. */
export function shareButton(call, player, texts) {
  const said = make("span", { class: "said", role: "status" });
  const button = iconButton("link", texts.share, async () => {
    const second = Number(player.time.toFixed(1));
    const address = new URL(addressOf(call.id, second), document.baseURI).href;
    // Streamlit will tell of it when it draws the page again.
    player.dispatchEvent(new CustomEvent("shared", { detail: second }));
    history.replaceState(history.state, "", address);
    said.textContent = (await copied(address)) ? texts.copied : address;
    setTimeout(() => (said.textContent = ""), SAID_MS);
  });
  return make("span", { class: "share" }, button, said);
}

/** Whether a text is now in the clipboard. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

// Over plain HTTP a browser gives no clipboard, but copies what is selected.
function copiedFromField(text) {
  const field = make("textarea", { readonly: true, style: "position: fixed; opacity: 0" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
