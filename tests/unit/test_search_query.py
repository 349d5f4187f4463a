"""What somebody types into a search box: understood, and corrected."""

import pytest

from callscribe.errors import BadRequest
from callscribe.search.mistakes import variants
from callscribe.search.query import MOST_TERMS, parse


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("бюджет", "бюджет"),
        ("  бюджет   релиз ", "бюджет релиз"),
        ('"перенести релиз"', '"перенести релиз"'),
        ("«перенести релиз»", '"перенести релиз"'),
        ("“move the release” friday", '"move the release" friday'),
        ('"никогда не закрыто', '"никогда не закрыто"'),
        ("договор -аренда", "договор -аренда"),
        ('договор -"аренда офиса"', 'договор -"аренда офиса"'),
        ("звонок OR встреча", "звонок OR встреча"),
        ("звонок ИЛИ встреча", "звонок OR встреча"),
        ("звонок | встреча", "звонок OR встреча"),
        ("a AND b", "a b"),
        ("OR OR звонок OR", "звонок"),
        ("рел*", "рел*"),
        ("р*", "р"),
        ("*рел", "рел"),
        ("отчёт", "отчет"),
        ("ОТЧЁТ", "ОТЧЕТ"),
        ("и\u0306од", "йод"),
        ("бюджет бюджет", "бюджет"),
        ("e-mail", "e-mail"),
        ("--бюджет", "-бюджет"),
        ("C++ и C#", "C++ и C#"),
        ("бюд\x00жет", "бюд жет"),
        ("- ... бюджет !", "бюджет"),
    ],
)
def test_a_question_is_understood(typed: str, understood: str) -> None:
    assert str(parse(typed)) == understood
    assert str(parse(understood)) == understood


@pytest.mark.parametrize("typed", ["", " ", "!!!", '""', "-", "*", "OR", "\x00", "«»", "- -"])
def test_a_question_without_a_word_is_told_so(typed: str) -> None:
    with pytest.raises(BadRequest, match="no word in it"):
        parse(typed)


def test_a_question_can_be_too_long() -> None:
    words = [f"слово{number}" for number in range(MOST_TERMS + 1)]
    parse(" ".join(words[1:]))
    with pytest.raises(BadRequest, match="at most 20"):
        parse(" ".join(words))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("догвор", "договор"),  # a letter too few
        ("договоор", "договор"),  # one too many
        ("договар", "договор"),  # a wrong one
        ("дгоовор", "договор"),  # two in the wrong order
        ("relaese", "release"),
        ("Бюджт", "бюджет"),
        ("ghbdtn", "привет"),  # the other keyboard layout
        ("руддщ", "hello"),
        ("j,]tv", "объем"),
    ],
)
def test_a_mistyped_word_is_among_its_variants(typed: str, meant: str) -> None:
    found = variants(typed)
    assert meant in found
    assert typed.casefold() not in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize("word", ["", "а", "да", "x" * 31, "42", "e-mail", "\\", "'"])
def test_words_that_are_no_good_for_guessing_give_no_more_than_the_other_layout(word: str) -> None:
    assert len(variants(word)) <= 2
