"""What the LLM is asked to answer; the JSON schemas of these classes constrain it."""

from pydantic import BaseModel, Field

from callscribe.models import InsightKind


class Item(BaseModel):
    """A statement with its evidence, as the model claims it."""

    text: str = Field(min_length=1)
    quote: str
    segments: list[int]


class Action(Item):
    """What somebody has to do."""

    owner: str | None = None
    due: str | None = None


class Merged(BaseModel):
    """One summary made of several."""

    title: str = Field(min_length=1)
    summary: str = Field(min_length=1)


class Part(Merged):
    """What one part of a call says."""

    key_points: list[Item]
    decisions: list[Item]
    action_items: list[Action]
    open_questions: list[Item]

    def items(self) -> list[tuple[InsightKind, Item]]:
        """All items with their kinds."""
        return [
            *((InsightKind.KEY_POINT, item) for item in self.key_points),
            *((InsightKind.DECISION, item) for item in self.decisions),
            *((InsightKind.ACTION_ITEM, item) for item in self.action_items),
            *((InsightKind.QUESTION, item) for item in self.open_questions),
        ]
