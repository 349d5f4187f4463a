"""What the API gives about the service itself."""

from pydantic import Field

from callscribe.api.schemas.common import Schema
from callscribe.api.schemas.tasks import NoticeOut
from callscribe.models import PART_BYTES


class Limits(Schema):
    """What is taken."""

    max_upload_bytes: int = Field(description="Bytes that a file may have at most.", examples=[500_000_000])
    part_bytes: int = Field(description="Bytes that a part of an upload may have at most.", examples=[PART_BYTES])
    formats: list[str] = Field(
        description="Endings of the names of files that can be read. What a file is, its content decides.",
        examples=[["mp3", "wav"]],
    )


class Workers(Schema):
    """The processes of a role."""

    role: str = Field(description="`asr` transcribes, `llm` summarizes, `relay` tells Kafka.", examples=["asr"])
    count: int = Field(description="How many live.", examples=[1])
    notices: list[NoticeOut] = Field(
        description="What they lack, each said once.",
        examples=[[{"code": "model-missing", "message": "The speech model `small` is not on this machine."}]],
    )


class Queue(Schema):
    """What there is to do."""

    waiting: int = Field(description="Calls that are queued.", examples=[3])
    running: int = Field(description="Calls that are worked on.", examples=[1])


class System(Schema):
    """What the service takes, and what state it is in."""

    version: str = Field(examples=["1.2.3"])
    limits: Limits
    templates: list[str] = Field(
        description="What a summary can be made for.", examples=[["meeting", "interview", "standup", "support"]]
    )
    workers: list[Workers] = Field(description="By role; `asr` and `llm` are always there.")
    queue: Queue
