"""Every error xero-sync raises on purpose, in one tree.

    XeroSyncError
     ├─ ConfigError                 a setting, file or folder is wrong; nothing was started
     │   └─ AlreadyRunning          another process works on these books
     ├─ RemoteError                 Xero, Scoro or Slack said no, or nothing sensible
     │   ├─ RateLimited             too many calls: scope "minute", "day", "concurrent", "window" or "app-minute", and when to go on
     │   ├─ NotAllowed              bad key or token, missing scope, no access to this organisation
     │   ├─ Rejected                the service refused what was sent, with its own words per field
     │   ├─ Unavailable             no connection, time-out, 5xx: the service may or may not have acted
     │   └─ UnexpectedReply         HTML, XML, broken JSON, a missing field: never read as "empty"
     ├─ ChangedSince                what was seen when planning is not there any more; nothing was written
     ├─ NotStuck                    the service said yes and the read-back shows something else
     └─ PluginError                 a plugin raised, answered rubbish or took too long

Each class has a stable `code` and a first docstring line that is the default message: one sentence for finance people, with the next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

LimitScope = Literal["minute", "day", "concurrent", "window", "app-minute"]


class XeroSyncError(Exception):
    """Something went wrong in xero-sync. Look in the log for the line with this code."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class ConfigError(XeroSyncError):
    """A setting is wrong. Correct it and start again."""

    code = "config"


class AlreadyRunning(ConfigError):
    """xero-sync is already running on these books. Stop it first, or give this one its own database."""

    code = "already-running"


class RemoteError(XeroSyncError):
    """A service did not do what was asked. It is tried again by itself."""

    code = "remote"

    def __init__(self, message: str | None = None, *, service: str, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.service = service
        self.status = status
        self.request_id = request_id

    @property
    def may_have_acted(self) -> bool:
        """True where no reply came, so a write may have been done all the same."""
        return False


class RateLimited(RemoteError):
    """The service allows no more calls just now. Work goes on by itself."""

    code = "rate-limited"

    def __init__(
        self,
        message: str | None = None,
        *,
        service: str,
        scope: LimitScope,
        retry_at: datetime,
        status: int | None = 429,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, service=service, status=status, request_id=request_id)
        self.scope = scope
        self.retry_at = retry_at


class NotAllowed(RemoteError):
    """The service refuses the key or the permission. Check the connection's key and scopes."""

    code = "not-allowed"


class Rejected(RemoteError):
    """The service refused what was sent. The card says what to change."""

    code = "rejected"

    def __init__(
        self,
        message: str | None = None,
        *,
        service: str,
        status: int | None = None,
        request_id: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, service=service, status=status, request_id=request_id)
        self.fields = dict(fields or {})


class Unavailable(RemoteError):
    """The service cannot be reached. It is tried again by itself."""

    code = "unavailable"

    def __init__(
        self,
        message: str | None = None,
        *,
        service: str,
        status: int | None = None,
        request_id: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message, service=service, status=status, request_id=request_id)
        self.retry_at = retry_at

    @property
    def may_have_acted(self) -> bool:
        return True


class UnexpectedReply(RemoteError):
    """The service sent something that is not an answer. Nothing was changed on the strength of it."""

    code = "unexpected-reply"

    @property
    def may_have_acted(self) -> bool:
        return True


class ChangedSince(XeroSyncError):
    """It was changed by somebody else meanwhile. Nothing was written; it is looked at again."""

    code = "changed-since"


class NotStuck(XeroSyncError):
    """The service accepted the change, but it is not there on reading back. Try again, or make it by hand."""

    code = "not-stuck"


class PluginError(XeroSyncError):
    """A plugin failed. What depends on it waits; nothing was changed."""

    code = "plugin"

    def __init__(self, message: str | None = None, *, plugin: str, hook: str) -> None:
        super().__init__(message)
        self.plugin = plugin
        self.hook = hook
