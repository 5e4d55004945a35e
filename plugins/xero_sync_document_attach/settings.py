"""What can be set about attaching. Who makes the copies (`copies_by`) is a setting of the connection, because everything rests on it."""

from pydantic import BaseModel, ConfigDict


class AttachSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
