"""What the LLM is asked to answer; the JSON schemas of these classes constrain it."""

from pydantic import BaseModel, Field

from callscribe.models import InsightKind


class Item(BaseModel):
    """A statement with its evidence, as the model claims it."""

    text: str = Field(min_length=1)
    quote: str
    segments: list[int]


class Merged(BaseModel):
    """One summary made of several."""

    summary: str = Field(min_length=1)


class Part(BaseModel):
    """What one part of a call says."""

    summary: str = Field(min_length=1)
    key_points: list[Item]
    decisions: list[Item]
    action_items: list[Item]

    def items(self) -> list[tuple[InsightKind, Item]]:
        """All items with their kinds."""
        return [
            *((InsightKind.KEY_POINT, item) for item in self.key_points),
            *((InsightKind.DECISION, item) for item in self.decisions),
            *((InsightKind.ACTION_ITEM, item) for item in self.action_items),
        ]
