import pytest

from callscribe.models import InsightKind, Segment
from callscribe.summary.items import decisions, tasks
from callscribe.summary.statements import Statements

Found = tuple[str, tuple[int, ...]]


def statements(*lines: str) -> Statements:
    """Those of a call in which each line is `Speaker: sentences`."""
    segments = []
    for number, line in enumerate(lines):
        speaker, text = line.split(": ", 1)
        segments.append(Segment(5.0 * number, 5.0 * number + 4, text, (), "en", speaker))
    return Statements(segments)


def decided(*lines: str) -> list[Found]:
    """Texts and segments of the decisions of a call."""
    found = decisions(statements(*lines))
    assert {one.kind for one in found} <= {InsightKind.DECISION}
    return [(one.text, one.segments) for one in found]


@pytest.mark.parametrize(
    ("lines", "decision"),
    [
        (["A: So the market is on Sunday, then?", "B: Fine by me."], "The market is on Sunday, then?"),
        (["A: Then we paint the fence green?", "B: Sure."], "Then we paint the fence green?"),
        (["A: Same time next week?", "B: Perfect."], "Same time next week?"),
        (["A: Тогда выставка едет в Тверь?", "B: Едет."], "Тогда выставка едет в Тверь?"),
        (["A: Вывеска будет зелёная. Все за?", "B: Угу."], "Вывеска будет зелёная."),
        (["A: The fence stays where it is.", "B: Suits me."], "The fence stays where it is."),
        (["A: Концерт играют во дворе.", "B: Поддерживаю."], "Концерт играют во дворе."),
    ],
)
def test_a_yes_decides_what_was_proposed(lines: list[str], decision: str) -> None:
    assert decided(*lines) == [(decision, (0, 1))]


@pytest.mark.parametrize(
    "lines",
    [
        ["A: So the market is on Sunday, then?", "B: When is the fair?"],
        ["A: Тогда выставка едет в Тверь?", "B: Погоди."],
        ["A: Тогда когда выставка едет в Тверь?", "B: Хорошо, в мае."],
        ["A: Is the fence green?", "B: Fine by me."],
        ["A: The fence?", "B: Suits me."],
        ["A: Let's sell the old piano.", "B: No, the teachers would kill us."],
        ["A: Давайте продадим рояль.", "B: Нельзя, он казённый."],
        ["A: And if the boiler breaks?", "B: Then it's cold water for everybody."],
    ],
)
def test_no_yes_decides_nothing(lines: list[str]) -> None:
    assert decided(*lines) == []


@pytest.mark.parametrize("said", ["Saturday, then.", "Then we do without.", "Перегружайте.", "Тогда без оркестра."])
def test_a_closing_word_may_be_all_that_is_said(said: str) -> None:
    assert decided("A: We have two days to choose from.", f"B: {said}") == [(said, (1,))]


@pytest.mark.parametrize(
    ("lines", "task"),
    [
        (["A: Shall I book the hall?", "B: Please."], ("Shall I book the hall?", "A", None)),
        (["A: Do you want me to order the cake?", "B: Yes."], ("Do you want me to order the cake?", "A", None)),
        (["A: When can we have the drawings?", "B: By Friday."], ("When can we have the drawings?", "B", "By Friday")),
        (["A: Мне забронировать зал?", "B: Давай."], ("Мне забронировать зал?", "A", None)),
        (["A: Когда будет готова афиша?", "B: К среде."], ("Когда будет готова афиша?", "B", "К среде")),
    ],
)
def test_a_yes_or_a_day_makes_a_task_of_an_offer_or_a_wish(lines: list[str], task: tuple[str, str, str | None]) -> None:
    (found,) = tasks(statements(*lines), None)
    assert (found.text, found.owner, found.due) == task
    assert found.segments == (0, 1)


@pytest.mark.parametrize(
    "lines",
    [
        ["A: Shall I book the hall?", "B: The hall is closed."],
        ["A: When can we have the drawings?", "B: Ask the architect, not us."],
        ["A: Мне забронировать зал?", "B: Зал закрыт."],
    ],
)
def test_an_offer_that_nobody_takes_up_is_no_task(lines: list[str]) -> None:
    assert tasks(statements(*lines), None) == []
