"""What all schemas share, and those of no route in particular."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

#: An id for examples.
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class Schema(BaseModel):
    """Base of all schemas."""

    model_config = ConfigDict(from_attributes=True)


def _line(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    line = " ".join("".join(char if char.isprintable() else " " for char in composed).split())
    if not line:
        raise PydanticCustomError("blank", "It must not be blank")
    return line


def _of_our_time(moment: datetime) -> datetime:
    if not 1900 <= moment.year < 2200:
        raise PydanticCustomError("far", "It must be a moment between 1900 and 2200")
    return moment.astimezone(UTC)


#: One line of text: composed (NFC), without control characters, single spaces, not blank.
Line = AfterValidator(_line)
#: When something happened, with its time zone.
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class Problem(Schema):
    """An error as RFC 9457 describes it; `application/problem+json`."""

    type: str = Field(examples=["urn:callscribe:problem:not-found"])
    title: str = Field(
        description="The same for every problem of this type.", examples=["There is nothing with this id"]
    )
    status: int = Field(examples=[404])
    detail: str = Field(
        description="What happened and what to do.",
        examples=["There is no call with this id; it may have been deleted."],
    )


class Health(Schema):
    """Whether the service can work."""

    status: Literal["ok"] = "ok"


class Part(Schema):
    """A part of the service."""

    part: str = Field(examples=["media store"])
    state: Literal["ok", "warning", "missing"] = Field(
        description="`warning`: uploads are taken, but work is worse or waits. `missing`: uploads are not taken."
    )
    message: str = Field(
        description="What it is, or what to do.", examples=["Files can be written and read in s3://calls."]
    )


class Readiness(Health):
    """That uploads can be taken, and how each part is."""

    parts: list[Part]
