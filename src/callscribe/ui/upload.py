"""The part of the page that uploads: the browser sends each file straight to the API."""

import json
from pathlib import Path

from streamlit.components.v2 import component

from callscribe.models import LanguageChoice
from callscribe.ui.i18n import text, texts

_PARTS = Path(__file__).parent / "components"
_uploader = component(
    "callscribe.upload",
    html=(_PARTS / "upload.html").read_text("utf-8"),
    css=(_PARTS / "upload.css").read_text("utf-8"),
    js=(_PARTS / "upload.js").read_text("utf-8"),
)


def show(max_bytes: int) -> None:
    """Draw it; a finished upload draws the page once more."""
    data = {
        "url": "/api/v1/transcribe",
        "maxBytes": max_bytes,
        "languages": [[str(choice), text(f"language.{choice}")] for choice in LanguageChoice],
        "texts": texts("upload."),
    }
    # As bytes, since to look whether there is a table in anything else Streamlit loads pandas: 100 MB of memory.
    _uploader(key="upload", data=json.dumps(data).encode(), on_uploaded_change=lambda: None)
