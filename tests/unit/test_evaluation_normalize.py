"""What counts as the same word, and what does not."""

import pytest

from callscribe.evaluation.normalize import normalized
from callscribe.evaluation.numerals import ENGLISH, RUSSIAN
from callscribe.evaluation.tokens import plain


def norm(text: str, *, drop_fillers: bool = False) -> str:
    return " ".join(token.text for token in normalized(text.split(), drop_fillers=drop_fillers))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Hello, WORLD!", "hello world"),
        ("Ёлка ещё, всё", "елка еще все"),
        ("Ёлка", "елка"),  # in two signs: the letter and its mark
        ("за́мок йод", "замок йод"),
        ("café naïve", "cafe naive"),
        ("кто-то из-за", "кто то из за"),
        ("well-known — yes", "well known yes"),
        ("e-mail, E mail", "email email"),
        ("Colour favourite organisation analysed", "color favorite organization analyzed"),
        ("cancelled centre programmes grey", "canceled center programs gray"),
        ("don’t can't cannot won't", "do not can not can not will not"),
        ("it's they're I'm we've you'll he'd", "it is they are i am we have you will he would"),
        ("Let's: I'm gonna", "let us i am going to"),
        ("Anna's workers' o'clock", "annas workers oclock"),
        ("5 % 5% five percent five per cent", "5 % 5 % 5 % 5 %"),
        ("пять процентов 5 процентах 5%", "5 % 5 % 5 %"),
        ("$5 5 dollars five dollars 5 долларов", "5 $ 5 $ 5 $ 5 $"),
        ("$2.5 million", "2500000 $"),
        ("5 руб. 5 рублей пятью рублями ₽5", "5 ₽ 5 ₽ 5 ₽ 5 ₽"),
        ("£5 and 6 €", "5 £ and 6 €"),
        ("100 $ 200 $", "100 $ 200 $"),
        ("Q&A № 5", "q and a номер 5"),
        ("Mr Smith okay окей", "mister smith ok ok"),
        ("", ""),
        ("... — ?!", ""),
    ],
)
def test_spellings(text: str, same: str) -> None:
    assert norm(text) == same


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("ноль", "0"),
        ("двадцать пять", "25"),
        ("двадцати пяти", "25"),
        ("двадцатью пятью", "25"),
        ("двадцать пятый", "25"),
        ("двадцать пятого", "25"),
        ("двадцать пятой", "25"),
        ("25-й", "25"),
        ("25-го", "25"),
        ("25го", "25"),
        ("девяностых", "90"),
        ("90-х", "90"),
        ("третьему", "3"),
        ("двумя", "2"),
        ("трое", "3"),
        ("одиннадцатью", "11"),
        ("сорока двум", "42"),
        ("девяноста девятью", "99"),
        ("сто первая", "101"),
        ("ста одиннадцати", "111"),
        ("двухсот сорока", "240"),
        ("пятьюстами", "500"),
        ("восьмистах", "800"),
        ("восьмьюстами восьмьюдесятью восемью", "888"),
        ("восемьюстами восемьюдесятью", "880"),
        ("двухтысячных", "2000"),
        ("тысяча девятьсот сорок пятого", "1945"),
        ("две тысячи двадцать четвёртом", "2024"),
        ("сто двадцать три тысячи четыреста пятьдесят шесть", "123456"),
        ("два миллиона триста тысяч", "2300000"),
        ("миллион двести", "1000200"),
        ("5 тысяч", "5000"),
        ("5 тыс.", "5000"),
        ("5 тысяч 200", "5200"),
        ("2,5 млн", "2500000"),
        ("два с половиной миллиона", "2500000"),
        ("полторы тысячи", "1500"),
        ("полутора", "1.5"),
        ("ноль целых пять десятых", "0.5"),
        ("две целых и двадцать пять сотых", "2.25"),
        ("10 000", "10000"),
        ("1 234 567,5", "1234567.5"),
    ],
)
def test_russian_numbers(words: str, number: str) -> None:
    assert norm(words) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("zero", "0"),
        ("twenty-five", "25"),
        ("twenty fifth", "25"),
        ("25th", "25"),
        (["the", "first", "of", "May"][1], "1"),
        ("a hundred", "100"),
        ("one hundred and five", "105"),
        ("two hundred twenty", "220"),
        ("twenty-one hundred", "2100"),
        ("a thousand", "1000"),
        ("one million two hundred thousand and three", "1200003"),
        ("5 hundred twenty", "520"),
        ("nineteen eighty four", "1984"),
        ("nineteen hundred", "1900"),
        ("twenty twenty four", "2024"),
        ("twenty oh five", "2005"),
        ("two thousand and five", "2005"),
        ("three point one four", "3.14"),
        ("three point fourteen", "3.14"),
        ("zero point five", "0.5"),
        ("two point five million", "2500000"),
        ("two and a half", "2.5"),
        ("10,000", "10000"),
        ("1,234,567.50", "1234567.5"),
        ("007", "7"),
        ("3.0", "3"),
    ],
)
def test_english_numbers(words: str, number: str) -> None:
    assert norm(words) == number


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("пять шесть семь", "5 6 7"),
        ("двадцать тридцать", "20 30"),
        ("первый второй", "1 2"),
        ("сто сто", "100 100"),
        ("one two three", "1 2 3"),
        ("ten thirty", "10 30"),
        ("10:30", "10 30"),
        ("twenty second twenty", "22 20"),
        ("two hundred and three hundred", "200 and 300"),
        ("five and six", "5 and 6"),
        ("a point and a half", "a point and a half"),
        ("пять целых яблок", "5 целых яблок"),
        ("пять целых", "5 целых"),
        ("пять целых и", "5 целых и"),
        ("two point", "2 point"),
        ("seventeen oh", "17 oh"),
        ("семья тысячелетие", "семья тысячелетие"),
        ("10 0000", "10 0"),
        ("12.05.2026", "12.05 2026"),
        ("v2 5 м", "v 2 5 м"),
        ("9" * 16, "9" * 16),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_what_is_no_number_or_several(text: str, same: str) -> None:
    assert norm(text) == same


def test_fillers_are_kept_unless_asked() -> None:
    text = "Uh, um, yes mhm. Э-э, эм, хм, да угу"
    assert norm(text) == "uh um yes mhm э э эм хм да угу"
    assert norm(text, drop_fillers=True) == "yes mhm да угу"
    assert norm("the umbrella of us, эмаль и мы", drop_fillers=True) == "the umbrella of us эмаль и мы"


def test_every_word_knows_where_it_comes_from() -> None:
    tokens = normalized(["Well,", "twenty", "five", "can't", "— ", "кто-то"])
    found = [(token.text, token.piece) for token in tokens]
    assert found == [("well", 0), ("25", 1), ("can", 3), ("not", 3), ("кто", 5), ("то", 5)]


def test_plain_text_differs_in_all_but_case_and_punctuation() -> None:
    assert [token.text for token in plain(["Ещё", "don’t", "25-й,", "(5%)"])] == ["ещё", "don't", "25", "й", "5"]


def test_normalised_text_stays_as_it_is() -> None:
    for text in [*ENGLISH, *RUSSIAN, "it's $5 and 10 000,5 процентов, colour, анализ"]:
        once = norm(text)
        assert norm(once) == once
