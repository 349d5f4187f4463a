"""What the API takes and gives about uploads in parts."""

from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ConfigDict, Field

from callscribe.api.schemas.common import ID, Schema
from callscribe.api.schemas.options import ChannelNames, SpeakerCount, TemplateName, Vocabulary
from callscribe.models import PART_BYTES, LanguageChoice, SummaryLanguage

if TYPE_CHECKING:
    from callscribe.store.tables import UploadRow


class UploadBegin(Schema):
    """A file that will come in parts."""

    model_config = ConfigDict(extra="forbid")

    filename: str = Field(max_length=1000, description="For people.", examples=["release-call.mp3"])
    size: int = Field(ge=0, description="Bytes of the whole file.", examples=[104857600])
    language: LanguageChoice = Field(
        default=LanguageChoice.AUTO, description="The language spoken; `auto`: it is detected."
    )
    again: bool = Field(default=False, description="Process the file even if it is there already.")
    vocabulary: Vocabulary = Field(
        default=[], description="Names and terms that may be said.", examples=[["Kubernetes", "Anna Petrova"]]
    )
    template: TemplateName | None = Field(
        default=None, description="What kind of call it is, so that an LLM looks for the right things; null: a meeting."
    )
    summary_language: SummaryLanguage | None = Field(
        default=None, description="The language of the summary; null: that of the call."
    )
    speakers: SpeakerCount | None = Field(default=None, description="How many speak; null: as many as are found.")
    channel_names: ChannelNames = Field(
        default=[],
        description="Of a stereo call with a speaker on each channel: who is on the left and who on the right.",
        examples=[["agent", "customer"]],
    )


class UploadState(Schema):
    """How far an upload in parts is."""

    upload_id: UUID = Field(description="By which to go on.", examples=[ID])
    size: int = Field(description="Bytes of the whole file.", examples=[104857600])
    received: int = Field(description="Bytes that are there; the next part begins here.", examples=[16777216])
    part_bytes: int = Field(description="Bytes that a part may have at most.", examples=[PART_BYTES])

    @classmethod
    def of(cls, row: "UploadRow") -> "UploadState":
        """The API's view of an upload."""
        return cls(upload_id=row.id, size=row.size_bytes, received=row.received, part_bytes=PART_BYTES)
