"""What the API tells while it happens, beside tasks."""

from uuid import UUID

from pydantic import Field

from callscribe.api.schemas.common import ID, Schema


class Deleted(Schema):
    """A task is gone."""

    task_id: UUID = Field(examples=[ID])
