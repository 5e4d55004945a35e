"""Plays the situations of a case file through the bot's public entry points, by the rules of the file's own README: `play(run, database_url)`.

reading      a case file -> runs, one per variant or pair
stage        the world before
exchanges    scripted replies laid over the stand-ins
steps        what starts it
compare      what came of it, key by key
clicks       what a person does later, and what comes of that

"""

from __future__ import annotations

from tests.cases.harness.clicks import after_click, click
from tests.cases.harness.compare import differences
from tests.cases.harness.reading import NeedsLater, NotUnderstood, Run, runs_of
from tests.cases.harness.stage import Stage, staged
from tests.cases.harness.steps import act

__all__ = ["NeedsLater", "NotUnderstood", "Run", "play", "runs_of"]


async def play(run: Run, database_url: str) -> list[str]:
    """What came out otherwise than the case says, nothing where all is well. Raises NotUnderstood, NeedsLater."""
    if run.unknown:
        raise NotUnderstood(", ".join(run.unknown))
    async with staged(run, database_url) as stage:
        await act(stage)
        wrong = await differences(stage)
        if run.when.get("then_click"):
            await click(stage)
            wrong += await after_click(stage)
        return [*wrong, *await _done_twice(stage)]


async def _done_twice(stage: Stage) -> list[str]:
    """What one more check writes, where no script stands in its way: nothing."""
    again = await stage.world.another_sync_writes() if not stage.run.exchanges else []
    return [f"a second check writes: {each}" for each in again]
