"""What in a model's text is a reason for doubt, and what of it nobody said. Pure functions.

Doubt alone drops nothing: what looks invented goes only where the sound holds no speech (see `evidence`), and of a
loop the first round stays. Thresholds of compression, probability and silence are those of Whisper's own decoding
(Radford et al. 2022, section 4.5).
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from callscribe.asr.recognizer import Heard
from callscribe.models import Word

_COMPRESSION, _LOG_PROBABILITY, _NO_SPEECH = 2.4, -1.0, 0.6
#: How often in a row one word, and a phrase of up to eight, may be said.
_WORDS, _PHRASES, _LONGEST_PHRASE = 8, 3, 8

#: What models write where nobody speaks: the captions and farewells of the videos they were trained on.
_SILENCE = (
    r"продолжение следует",
    r"(?:редактор|корректор|автор) субтитров\b.*",
    r"субтитры (?:сделал|создавал|делал|подготовил|подогнал|предоставил|и перевод)\w*\b.*",
    r"(?:большое )?спасибо(?: за (?:просмотр|внимание|субтитры))?",
    r"(?:не забудьте )?(?:подписаться|подписывайтесь|подпишитесь) на (?:мой |наш |этот )?канал",
    r"ставьте лайки?",
    r"до (?:новых встреч|скорой встречи|свидания)",
    r"всем (?:пока|спасибо)",
    r"(?:\w+ )?музыка",
    r"аплодисменты|смех|угу|да|пока",
    r"с вами был\b.*",
    r"(?:thanks|thank you)(?: (?:so|very) much)?(?: (?:all |everyone )?for (?:watching|listening|your attention))?",
    r"(?:please )?(?:like (?:comment )?and )?subscribe(?: to (?:my|our|the) channel)?",
    r"don\W?t forget to subscribe",
    r"(?:subtitles?|captions?|transcribed|transcript|translated)(?: provided)? by\b.*",
    r".*\bamara\W?org\b.*",
    r"see you (?:in the )?next (?:time|video)",
    r"(?:upbeat |gentle |dramatic )?music(?: playing)?",
    r"applause|laughter|silence|bye|you|okay|the end|foreign",
)
_PHRASE_OF_SILENCE = re.compile(rf"(?:[\W_]*\b(?:{'|'.join(_SILENCE)})\b[\W_]*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Uncut:
    """Words of which the rounds of a loop, if there was one, are kept apart."""

    kept: tuple[Word, ...]
    loops: tuple[tuple[Word, ...], ...]


def doubtful(heard: Heard) -> bool:
    """Whether a clip deserves a second look: it compresses like a loop, or the model was all but guessing."""
    if not heard.words:
        return False
    return compression(heard.words) > _COMPRESSION or unsure(heard) or bool(cut_loops(heard.words).loops)


def unsure(heard: Heard) -> bool:
    """Whether the model was all but guessing."""
    return heard.log_probability is not None and heard.log_probability < _LOG_PROBABILITY


def no_speech(heard: Heard) -> bool:
    """Whether the model itself took the clip for no speech."""
    return heard.no_speech is not None and heard.no_speech > _NO_SPEECH


def phrase_of_silence(words: Sequence[Word]) -> bool:
    """Whether they are nothing but what models write where nobody speaks, in Russian or English."""
    text = " ".join(" ".join(word.text for word in words).split()).replace("ё", "е")
    return bool(_PHRASE_OF_SILENCE.fullmatch(text))


def compression(words: Sequence[Word]) -> float:
    """How many times smaller the text can be packed: above 2.4 it repeats itself."""
    text = " ".join(word.text for word in words).encode()
    return len(text) / len(zlib.compress(text)) if text else 0.0


def cut_loops(words: Sequence[Word]) -> Uncut:
    """Of words or phrases said again and again more often than people do, the first two rounds."""
    plain = [re.sub(r"\W", "", word.text.lower()) for word in words]
    kept: list[Word] = []
    loops: list[tuple[Word, ...]] = []
    at = 0
    while at < len(words):
        length, rounds = _loop(plain, at)
        if rounds:
            kept += words[at : at + 2 * length]
            loops.append(tuple(words[at + 2 * length : at + rounds * length]))
            at += rounds * length
        else:
            kept.append(words[at])
            at += 1
    return Uncut(tuple(kept), tuple(loops))


def _loop(plain: Sequence[str], at: int) -> tuple[int, int]:
    """The shortest phrase from here on that is said too often, in words, and how often; 0 rounds: none is."""
    for length in range(1, _LONGEST_PHRASE + 1):
        phrase, rounds = plain[at : at + length], 1
        while plain[at + rounds * length : at + (rounds + 1) * length] == phrase:
            rounds += 1
        if rounds > (_WORDS if length == 1 else _PHRASES):
            return length, rounds
    return 0, 0
