"""What the API takes and gives about corrections of a transcript."""

import unicodedata
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from callscribe.api.schemas.common import Schema
from callscribe.api.schemas.results import SegmentOut
from callscribe.models import CorrectionKind


def _one_line(value: object) -> object:
    """Text in its usual form: composed letters, single spaces, nothing that cannot be seen or stored."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.strip())
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise PydanticCustomError("control_characters", "It must be one line without control characters")
    return " ".join(text.split())


SegmentText = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=10_000)]
Speaker = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=100)]


class SegmentPatch(Schema):
    """What is to be corrected; what is left out stays."""

    text: SegmentText | None = Field(default=None, examples=["We move the release to Friday."])
    speaker: Speaker | None = Field(default=None, description="Null: nobody knows who it is.", examples=["Anna"])

    @model_validator(mode="after")
    def _has_something(self) -> Self:
        if self.text is None and "speaker" not in self.model_fields_set:
            raise PydanticCustomError("nothing", "Give `text`, `speaker`, or both")
        return self


class SegmentSplit(Schema):
    """Where a segment becomes two."""

    at: int = Field(ge=1, description="With which character of the text the second part begins.", examples=[24])
    speaker: Speaker | None = Field(
        default=None, description="Of the second part; the same as before if left out.", examples=["Mark"]
    )


class CorrectionOut(Schema):
    """One correction: the segments as they were and as they became."""

    id: int = Field(examples=[12])
    made_at: datetime
    kind: CorrectionKind
    before: list[SegmentOut]
    after: list[SegmentOut]
