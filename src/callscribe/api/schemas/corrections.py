"""What the API takes and gives about corrections of a transcript."""

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from callscribe.api.schemas.common import Schema
from callscribe.api.schemas.results import SegmentOut, SpeakerOut
from callscribe.models import CorrectionKind

if TYPE_CHECKING:
    from callscribe.editing import Correction, Renaming


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


class SpeakerRename(Schema):
    """A speaker's name, and the one that it becomes."""

    old: Speaker | None = Field(alias="from", description="Null: nobody knows who it is.", examples=["Speaker 1"])
    new: Speaker | None = Field(alias="to", description="Null: nobody knows who it is.", examples=["Anna"])


class Renamed(Schema):
    """What a renaming came to."""

    segments: int = Field(description="That have another name now.", examples=[212])
    speakers: list[SpeakerOut] = Field(description="As they are now, in the order in which they first speak.")


class RenamingOut(Schema):
    """A speaker's name, and the one that it became."""

    old: str | None = Field(alias="from", description="Null: nobody known.", examples=["Speaker 1"])
    new: str | None = Field(alias="to", description="Null: nobody known.", examples=["Anna"])
    segments: int = Field(description="That got another name.", examples=[212])

    @classmethod
    def of(cls, made: "Renaming") -> "RenamingOut":
        """The API's view of a renaming."""
        return cls.model_validate({"from": made.old, "to": made.new, "segments": len(made.segments)})


class CorrectionOut(Schema):
    """One correction: the segments as they were and as they became."""

    id: int = Field(examples=[12])
    made_at: datetime
    kind: CorrectionKind
    before: list[SegmentOut] = Field(description="None where a speaker was renamed.")
    after: list[SegmentOut] = Field(description="None where a speaker was renamed.")
    renaming: RenamingOut | None = Field(description="Null unless a speaker was renamed.")

    @classmethod
    def of(cls, made: "Correction") -> "CorrectionOut":
        """The API's view of a correction."""
        return cls(
            id=made.id,
            made_at=made.made_at,
            kind=made.kind,
            before=[SegmentOut.model_validate(segment) for segment in made.before],
            after=[SegmentOut.model_validate(segment) for segment in made.after],
            renaming=RenamingOut.of(made.renaming) if made.renaming else None,
        )


class Undone(Schema):
    """A correction that was taken back."""

    undone: CorrectionOut = Field(description="Its `before` is what is there again.")
    left: int = Field(description="Corrections that can still be undone.", examples=[3])
