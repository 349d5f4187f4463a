import pytest

from callscribe.models import Segment
from callscribe.summary.questions import questions
from callscribe.summary.statements import Statements


def found(*lines: str) -> list[tuple[str, tuple[int, ...]]]:
    """Texts and segments of the open questions of a call in which each line is `Speaker: sentences`."""
    segments = []
    for number, line in enumerate(lines):
        speaker, text = line.split(": ")
        segments.append(Segment(5.0 * number, 5.0 * number + 4, text, (), "en", speaker))
    return [(insight.text, insight.segments) for insight in questions(Statements(segments))]


@pytest.mark.parametrize(
    ("lines", "question", "segments"),
    [
        (
            ["A: Will the bank accept the new contract?", "B: No idea."],
            "Will the bank accept the new contract?",
            (0, 1),
        ),
        (["A: Нам дадут доступ к боевой базе?", "B: Без понятия."], "Нам дадут доступ к боевой базе?", (0, 1)),
        (["A: А когда приедут новые двери?", "B: Надо уточнить."], "А когда приедут новые двери?", (0, 1)),
        (
            ["A: Does the insurance pay for the tickets? I really don't know."],
            "Does the insurance pay for the tickets?",
            (0,),
        ),
        (
            ["A: The customers were charged twice. Was it you?", "B: I can't tell from here."],
            "The customers were charged twice. Was it you?",
            (0, 1),
        ),
        (["A: How long does it take?", "B: Hard to say."], "How long does it take?", (0, 1)),
        (["A: Who drives the van?", "B: Not me."], "Who drives the van?", (0, 1)),
        (["A: Кто поведёт наш автобус?", "B: Я не могу."], "Кто поведёт наш автобус?", (0, 1)),
        (
            ["A: My boss wants to know if the bank pays.", "B: No idea."],
            "My boss wants to know if the bank pays.",
            (0, 1),
        ),
        (
            ["A: Will the hall be heated in winter?", "B: Maybe. Or only upstairs? I can't remember."],
            "Will the hall be heated in winter?",
            (0, 1),
        ),
        (
            ["A: We still don't know whether the supplier delivers in May."],
            "We still don't know whether the supplier delivers in May.",
            (0,),
        ),
    ],
)
def test_what_nobody_can_answer_is_open(lines: list[str], question: str, segments: tuple[int, ...]) -> None:
    assert found(*lines) == [(question, segments)]


@pytest.mark.parametrize(
    "lines",
    [
        ["A: Will the bank accept the new contract?", "B: Yes, on Monday."],
        ["A: How many drivers use the app?", "B: There are, I don't know, forty of them."],
        ["A: Can you hear me?", "B: I don't know, is it better now?"],
        ["A: What?", "B: No idea."],
        ["A: Does the new printer work?", "B: Not me."],
        ["A: What if we ask the bank?", "B: I don't know."],
        ["A: The new printer works, right?", "B: I don't know."],
        ["A: I don't know if you had a chance to look at it."],
        ["A: Will it rain?", "B: No.", "A: Good.", "B: Yes.", "A: The printer is old.", "B: I don't know why."],
    ],
)
def test_other_questions_are_not(lines: list[str]) -> None:
    assert found(*lines) == []


def test_a_question_that_is_asked_again_is_one() -> None:
    lines = [
        "A: Does the alarm speak Polish?",
        "B: No idea.",
        "A: Hm.",
        "B: So we don't know if the new alarm speaks Polish at night.",
    ]
    assert found(*lines) == [("Does the alarm speak Polish?", (0, 1, 3))]


def test_two_questions_near_each_other_are_two() -> None:
    lines = ["A: Who drives the van?", "B: Not me.", "A: And does the hotel have a lift?", "B: No idea."]
    assert found(*lines) == [("Who drives the van?", (0, 1)), ("And does the hotel have a lift?", (2, 3))]
