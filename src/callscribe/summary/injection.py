"""What a speaker says to the software that will read the transcript: it stays in the transcript, and is not read out.

A prompt can tell a model that a transcript is data, and a small model forgets it. So words that are meant for a model
are not put before one.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from callscribe.models import Notice, Segment
from callscribe.summary.text import Sentence, sentences

#: Stands for what is left out.
GAP = "…"

#: After such a sentence come the orders; so many of the same turn are left out with it.
_ORDERS = 5

_RULES = r"(?:instructions?|prompts?|guidelines|directives)"
_RULES_RU = r"(?:инструкци\w+|указани\w+|промпт\w*)"
#: Those of a device or a colleague are said to be in, on or from somewhere.
_OF_SOMETHING = r"(?! (?:in|on|from|for|of|that|which|he|she|they|we|в|во|на|из|от|к|по|для)\b)"
_MACHINE = (
    r"(?:ai|a\.i\.|assistant|language model|llm|chat ?bot|chatgpt|gpt|model|transcriber|summari[sz]er|note ?taker)"
)
_MACHINE_RU = (
    r"(?:нейросет\w+|ассистент\w*|языков\w+ модел\w+|чат-?бот\w*|искусственн\w+ интеллект\w*|ии|chatgpt|gpt|gemma|llm)"
)
_AS_SUCH = r"(?=[.,:;!?]|$| (?:that|who|whose|and|котор\w+|и)\b)"
_HAIL = r"(?:dear|hey|hello|hi|attention|to the|note to the|message to the|as an?)"
_HAIL_RU = r"(?:уважаем\w+|дорог\w+|внимание|привет|эй)"
_ORDER = (
    r"[^.!?]{0,40}\b(?:ignore|disregard|forget|write|say|state|claim|answer|respond|output|print|add|insert|pretend|"
    r"summari[sz]e|record)\b"
)
_ORDER_RU = (
    r"[^.!?]{0,40}\b(?:игнорируй|проигнорируй|забудь|напиши|запиши|скажи|укажи|ответь|выведи|добавь|внеси|притворись|"
    r"отметь)(?:те)?\b"
)
_IGNORE_RU = r"(?:игнорируй|проигнорируй|забудь|отмени|не слушай|не учитывай|не следуй)(?:те)?"
_BEFORE = r"(?:above|before|previous|prior|so far)"

#: A sentence in which one of these is found speaks to a machine. Upper and lower case are the same, and so are е and ё.
PATTERNS = (
    rf"\b(?:ignore|disregard|forget|override|bypass|(?:do not|don't) follow) (?:\w+ ){{0,3}}{_RULES}\b{_OF_SOMETHING}",
    rf"\b(?:ignore|disregard|forget) (?:all|everything|anything) (?:\w+ ){{0,5}}{_BEFORE}\b",
    r"\b(?:ignore|disregard|forget) (?:the )?above\b",
    rf"\b(?:new|real|actual|updated) {_RULES}:",
    rf"\b(?:your|the) (?:system prompt|hidden {_RULES}|initial {_RULES})\b",
    rf"\byou are (?:now )?(?:an? |the )?(?:\w+ )?{_MACHINE}{_AS_SUCH}",
    rf"\b{_HAIL} (?:\w+ )?{_MACHINE}\b{_ORDER}",
    rf"^\W*{_MACHINE}[,:] {_ORDER}",
    rf"\b{_IGNORE_RU} (?:\w+ ){{0,3}}{_RULES_RU}\b{_OF_SOMETHING}",
    r"\b(?:игнорируй|проигнорируй|забудь)(?:те)? (?:про )?все,? (?:\w+,? ){0,3}(?:выше|ранее|раньше|до этого)\b",
    rf"\b(?:новые|настоящие) {_RULES_RU}:",
    rf"\b(?:твой|системный) промпт\b|\bсистемн\w+ {_RULES_RU}\b",
    rf"\b(?:ты|вы)(?: теперь)?(?: —| -)? {_MACHINE_RU}{_AS_SUCH}",
    rf"\b{_HAIL_RU},? (?:\w+ )?{_MACHINE_RU}\b{_ORDER_RU}",
    rf"^\W*{_MACHINE_RU}[,:] {_ORDER_RU}",
)
_ADDRESSED = re.compile("|".join(f"(?:{pattern})" for pattern in PATTERNS), re.IGNORECASE)


def withhold(segments: Sequence[Segment]) -> tuple[tuple[Segment, ...], tuple[Notice, ...]]:
    """The segments without what is said to a machine, in their places, and notice of where that was."""
    found = _found(sentences(segments))
    if not found:
        return tuple(segments), ()
    left: list[Segment] = list(segments)
    for sentence in found:
        # A sentence that runs over several segments lies in each of them in part.
        for position in sentence.segments:
            whole = len(sentence.segments) > 1
            left[position] = _without(left[position], sentence.text, whole=whole)
    times = ", ".join(dict.fromkeys(_clock(sentence.start) for sentence in found))
    message = f"What seems to be said to the software that writes summaries was left out of the summary, at {times}."
    return tuple(left), (Notice("instructions_left_out", message),)


def _found(said: Sequence[Sentence]) -> list[Sentence]:
    """Sentences for a machine, each with some that follow it in the same turn."""
    found, orders = [], 0
    for position, sentence in enumerate(said):
        same_turn = position > 0 and said[position - 1].speaker == sentence.speaker
        orders = orders - 1 if same_turn else 0
        if _ADDRESSED.search(sentence.text.replace("ё", "е").replace("Ё", "Е")):
            orders = _ORDERS
        if orders > 0:
            found.append(sentence)
    return found


def _without(segment: Segment, text: str, *, whole: bool) -> Segment:
    if whole:
        return replace(segment, text=GAP, words=())
    return replace(segment, text=" ".join(segment.text.split()).replace(text, GAP, 1), words=())


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
