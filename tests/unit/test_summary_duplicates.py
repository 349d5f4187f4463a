from dataclasses import replace
from datetime import date

import pytest

from callscribe.models import Insight, InsightKind
from callscribe.summary.duplicates import merged

KIND = InsightKind.ACTION_ITEM


def claim(text: str, *segments: int, kind: InsightKind = KIND, **more: object) -> Insight:
    made = Insight(kind, text, segments or (0,), f"quote of {segments}", 1.0 * segments[0], 2.0 * segments[0] + 1)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mark renews the certificate.", "The certificate is to be renewed by Mark."),
        ("Anna sends the offer to the bank.", "Anna will send the bank the offer"),
        ("Иван готовит отчёт о продажах.", "Отчет о продажах готовит Иван"),
        ("Перенести релиз на пятницу.", "Релиз перенести на пятницу"),
    ],
)
def test_the_same_in_other_words_is_one(one: str, other: str) -> None:
    (found,) = merged([claim(one, 1), claim(other, 40, 41)])
    assert (found.text, found.segments, found.quote) == (one, (1, 40, 41), "quote of (1,)")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Release version 14 on Friday.", "Release version 15 on Friday."),
        ("Anna sends the offer.", "Anna checks the offer with the lawyers."),
        ("Mark writes the tests.", "Mark writes the documentation."),
        ("Проверить сервер оплаты.", "Проверить сервер поиска."),
    ],
)
def test_different_things_stay_apart(one: str, other: str) -> None:
    found = [claim(one, 1), claim(other, 2)]
    assert merged(found) == found


def test_the_same_of_another_kind_owner_or_day_stays_apart() -> None:
    text = "Send the report to the customer."
    found = [
        claim(text, 1, owner="Anna", due_date=date(2026, 3, 4)),
        claim(text, 2, owner="Mark", due_date=date(2026, 3, 4)),
        claim(text, 3, owner="Anna", due_date=date(2026, 3, 5)),
        claim(text, 4, kind=InsightKind.DECISION),
    ]
    assert merged(found) == found


def test_an_owner_and_a_day_that_only_the_later_one_has_are_taken_over() -> None:
    text = "Send the report to the customer."
    later = claim(text, 5, owner="Anna", is_assigned=True, due="tomorrow", due_date=date(2026, 3, 4))
    (found,) = merged([claim(text, 1), later])
    assert (found.owner, found.is_assigned) == ("Anna", True)
    assert (found.due, found.due_date) == ("tomorrow", date(2026, 3, 4))
    assert (found.start, found.segments) == (1.0, (1, 5))


def test_the_order_stays() -> None:
    texts = ["Buy a server.", "Call the bank.", "Buy the server.", "Write the minutes.", "Call the bank"]
    assert [one.text for one in merged([claim(text, i) for i, text in enumerate(texts)])] == [
        "Buy a server.",
        "Call the bank.",
        "Write the minutes.",
    ]
