"""What can be set about matching."""

from pydantic import BaseModel, ConfigDict, Field


class MatchingSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    suggest_from: int = Field(default=80, ge=50, le=100, description="How alike two names must be to be suggested, 100 = equal")
    suggestions: int = Field(default=3, ge=0, le=3, description="How many projects a card suggests")
