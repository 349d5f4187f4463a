"""The words of the page; those of errors and warnings come from the API."""

from callscribe.ui.i18n.en import TEXTS


def text(name: str) -> str:
    """What the page says there; a name that is missing is a mistake of ours."""
    return TEXTS[name]


def texts(prefix: str) -> dict[str, str]:
    """All texts whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): words for name, words in TEXTS.items() if name.startswith(prefix)}
