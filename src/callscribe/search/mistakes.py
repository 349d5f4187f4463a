"""What somebody may have meant who mistyped a word."""

from collections.abc import Iterator

_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ENGLISH = "abcdefghijklmnopqrstuvwxyz"
#: Shorter words are one letter away from too many others.
_SHORTEST = 4
_LONGEST = 30

# The same keys under both layouts; a word typed under the wrong one is the commonest mistake of who types Russian.
_KEYS_ENGLISH = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_KEYS_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_KEYS_ENGLISH, _KEYS_RUSSIAN.replace("ё", "е"))
_TO_ENGLISH = str.maketrans(_KEYS_RUSSIAN, _KEYS_ENGLISH)


def variants(word: str) -> list[str]:
    """Words that could be meant, the likelier kinds of mistakes first.

    The other keyboard layout, and one letter too many, too few, wrong, or two in the wrong order (P. Norvig,
    "How to Write a Spelling Corrector", 2007).
    """
    word = word.casefold()
    return list(dict.fromkeys(found for found in _variants(word) if found != word))


def _variants(word: str) -> Iterator[str]:
    for layout in (_TO_RUSSIAN, _TO_ENGLISH):
        other = word.translate(layout)
        if other.isalpha():
            yield other
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return
    letters = _ENGLISH if word.isascii() else _RUSSIAN
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    yield from (left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    yield from (left + right[1:] for left, right in cuts if right)
    yield from (left + letter + right for left, right in cuts for letter in letters)
    yield from (left + letter + right[1:] for left, right in cuts if right for letter in letters)
