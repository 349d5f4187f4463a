"""What is said while looking for words, taken out of what is shown. Quotes keep it."""

import re

from callscribe.summary.stems import STOP_WORDS

_SOUNDS = r"(?:u+m+|u+h+(?!-)|e+r+m?|h+m+|m+h*m+|э+(?:-э+)*м*|эм+|м+(?:-м+)+|хм+|гм+)"
# These mean something unless commas set them off.
_ASIDES = (
    r"(?:you know|i mean|like|sort of|kind of|basically|actually|well|как бы|типа|ну|вот|значит|короче|короче говоря|"
    r"в общем|в общем-то|так сказать|грубо говоря|это самое|понимаете?|знаете?|понимаешь|знаешь|слушайте?|собственно)"
)
# With which a sentence begins, if a comma follows or, without one, somebody who does something.
_OPENERS = (
    r"(?:so|well|okay|ok|right|all right|alright|now|anyway|look|listen|oh|you know|i mean|ну|так|так вот|вот|"
    r"слушай(?:те)?|"
    r"смотри(?:те)?|короче|в общем|значит|окей|ок|ладно|угу|ага|ой)"
)
_NUMERAL = (
    r"(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"ноль|один|два|три|четыре|пять|шесть|семь|восемь|девять|десять)"
)
_SOUND = re.compile(rf"(?<![\w-]){_SOUNDS}(?![\w-])", re.IGNORECASE)
_ASIDE = re.compile(rf"(?<=, ){_ASIDES}(?=,|[.!?…]*$)", re.IGNORECASE)
# A comma before and one after what was taken out.
_GAP = re.compile(r"(?<!\w)(\w+)((?:['’]\w+)?) *, *,[ ,]*")
_NU = re.compile(r"(?<![\w-])ну (?!и\b|уж\b)", re.IGNORECASE)
# One to three words said again: "you're, you're", "on the, on the". Numbers that are said twice are meant twice.
_AGAIN = re.compile(rf"(?<![\w'’-])(?!{_NUMERAL}\b)((?:[\w'’]+ ){{0,2}}[\w'’]+)(?:[,…]? \1(?![\w'’-]))+", re.IGNORECASE)
_OPENING = re.compile(
    rf"^(?:{_OPENERS},+ ?|{_OPENERS}[.…]+ |so (?=(?:i|we|you|he|she|it|they|the|this)\b)|ну )+", re.IGNORECASE
)
_OPENER = re.compile(_OPENERS, re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"(?<![\s,])[\s,]+(?=[.!?…])|\s+(?=,)")


def without_fillers(text: str) -> str:
    """The text on one line without sounds of hesitation, asides that say nothing, and words said twice."""
    text = _ASIDE.sub("", _SOUND.sub("", _SPACES.sub(" ", text)))
    text = _NU.sub("", _GAP.sub(_close, _SPACES.sub(" ", text)))
    return _BEFORE_MARK.sub("", _AGAIN.sub(r"\1", text)).strip(" ,")


def clean(text: str) -> str:
    """The same without the words with which one begins to speak; the text as it is where nothing else is in it."""
    cleaned = _OPENING.sub("", without_fillers(text)).lstrip(" ,.…—–-")
    return cleaned if re.search(r"\w", cleaned) else text


def _close(gap: re.Match[str]) -> str:
    """What stood between two commas took both with it, unless somebody was spoken to: "Tom, um, could you ..."."""
    is_name = gap[1][0].isupper() and gap[1].casefold() not in STOP_WORDS
    opens = gap.start() == 0 and _OPENER.fullmatch(gap[1])
    return gap[1] + gap[2] + (", " if is_name or opens else " ")
