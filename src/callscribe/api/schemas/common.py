"""What all schemas share, and those of no route in particular."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

#: An id for examples.
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class Schema(BaseModel):
    """Base of all schemas."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Schema):
    """An error as RFC 9457 describes it; `application/problem+json`."""

    type: str = Field(examples=["urn:callscribe:problem:not-found"])
    title: str = Field(description="The same for every problem of this type.", examples=["There is no such call"])
    status: int = Field(examples=[404])
    detail: str = Field(
        description="What happened and what to do.",
        examples=["There is no call with this id; it may have been deleted."],
    )


class Health(Schema):
    """Whether the service can work."""

    status: Literal["ok"] = "ok"
