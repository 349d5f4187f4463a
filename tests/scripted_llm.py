"""A language model in this process, for what does not depend on a server."""

from collections.abc import Callable
from typing import Any

from callscribe.ports import Reply
from callscribe.summary.answers import Merged, Part

#: Makes an answer of the data of a question, and of the shape that is wanted: a whole or a part of a call.
Script = Callable[[str, type[Merged]], Merged]


def part(**lists: list[dict[str, Any]]) -> Part:
    """What a model says of a part of a call; lists that are not given are empty."""
    empty: dict[str, Any] = {name: [] for name in ("key_points", "decisions", "action_items", "open_questions")}
    return Part.model_validate({"title": "A call", "summary": "They talk."} | empty | lists)


class ScriptedLlm:
    """Answers as the script says, and remembers what it was asked."""

    def __init__(self, script: Script, context: int = 8192) -> None:
        self.name = "scripted"
        self.context = context
        self.answer = context // 4
        self.asked: list[str] = []
        self._script = script

    def check(self) -> None:
        """It is there."""

    def chat(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:
        """The script's answer."""
        tick()
        self.asked.append(user)
        assert system
        shape = Part if "key_points" in schema["properties"] else Merged
        return Reply(self._script(user, shape).model_dump_json(), False)

    def close(self) -> None:
        """Nothing is open."""
