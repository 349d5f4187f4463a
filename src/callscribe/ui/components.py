"""Parts of the page that run in the browser; each is a module in `assets/`, served as it is."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

ASSETS = Path(__file__).with_name("assets")

# A module of its own address is loaded once a visit, so what it holds, such as an upload, outlives a change of pages.
# The function that Streamlit calls may come before the module is there; the newest call counts.
_LOADER = """
const loaded = import(new URL("assets/%s.js", document.baseURI));
export default function (component) {
  let cleanup = null;
  let gone = false;
  loaded.then((module) => { if (!gone) cleanup = module.default(component); });
  return () => { gone = true; cleanup?.(); };
}
"""


@cache
def _registered(name: str) -> Any:
    style = ASSETS / f"{name}.css"
    return component(
        f"callscribe.{name.replace('/', '.')}",
        html='<div class="root"></div>',
        css=style.read_text("utf-8") if style.is_file() else None,
        js=_LOADER % name,
    )


def show(name: str, data: object, *triggers: str) -> Any:
    """Draw `assets/<name>.js` with `assets/<name>.css`; the result has what the browser triggered, or None, by name.

    The module's default function is called at each drawing with Streamlit's component object, whose `data` are bytes
    of JSON: to look whether there is a table in anything else Streamlit loads pandas, 100 MB of memory.
    """
    listeners = {f"on_{trigger}_change": _nothing for trigger in triggers}
    return _registered(name)(key=name, data=json.dumps(data).encode(), **listeners)


def _nothing() -> None:
    """That there is one makes a trigger draw the page again."""
