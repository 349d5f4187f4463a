"""The part of the page that uploads: the browser sends each file straight to the API."""

from callscribe.api.schemas.system import System
from callscribe.client import CallScribe
from callscribe.errors import CallScribeError
from callscribe.models import LanguageChoice, SummaryLanguage
from callscribe.settings import Settings
from callscribe.ui import components
from callscribe.ui.i18n import known, language, text, texts
from callscribe.ui.live import latest

_SAMPLES = (("release-call-en.flac", "upload.sample-en"), ("planning-call-ru.flac", "upload.sample-ru"))


def show(client: CallScribe, *, is_first: bool, samples: bool) -> None:
    """Draw it: larger where there is nothing else yet, with the sample calls if asked for."""
    system = _system(client)
    data = {
        "first": is_first,
        "language": language(),
        "texts": texts("upload"),
        # The service refuses what is too large anyway; this is for the time in which it cannot be asked.
        "limits": {
            "bytes": system.limits.max_upload_bytes if system else Settings().max_upload_bytes,
            "formats": system.limits.formats if system else [],
        },
        "languages": [(choice, _language(choice)) for choice in LanguageChoice],
        "summaryLanguages": [(choice, text(f"language.{choice}")) for choice in SummaryLanguage],
        "templates": [(name, known(f"upload.template-{name}") or name) for name in system.templates] if system else [],
        "samples": [{"address": f"samples/{file}", "name": text(name)} for file, name in _SAMPLES] if samples else [],
    }
    components.show("upload", data, "uploaded")


def _system(client: CallScribe) -> System | None:
    try:
        return latest("system", client.system)
    except CallScribeError:
        return None


def _language(choice: LanguageChoice) -> str:
    return text("upload.language-auto" if choice is LanguageChoice.AUTO else f"language.{choice}")
