"""Every error a person can meet, in one tree.

::

    ArenaError
    ├── UsageFault              the input is wrong                        exit 2  422
    │   ├── NotFound            there is no such thing                    exit 2  404
    │   └── TooLarge            more bytes than are taken                 exit 2  413
    ├── Refused                 the rules say no                          exit 3  409
    │   ├── SignInNeeded        nobody is signed in                       exit 3  401
    │   ├── Forbidden           not with these rights                     exit 3  403
    │   ├── TooMany             too often; wait                           exit 3  429
    │   └── PublishBlocked      a check has not passed                    exit 3  409
    ├── WorkFault               one piece of work did not succeed         exit 4  502
    │   ├── Transient           likely to succeed when repeated           exit 4  503
    │   ├── Busy                no room now; wait without holding a slot  exit 4  503
    │   ├── ContentFault        the work finished and is not good enough  exit 4  422
    │   └── Outage              a service is down                         exit 4  503
    ├── OutcomeUnknown          sent, and no answer came back             exit 5  502
    ├── EnvironmentFault        this machine cannot go on                 exit 4  503
    │   ├── DiskFull            no room for the next file                 exit 4  507
    │   ├── FolderUnwritable    a folder refuses a file                   exit 4  503
    │   ├── DatabaseUnavailable the database does not answer              exit 4  503
    │   └── BlobDamaged         stored bytes are missing or changed       exit 4  500
    └── Cancelled               a person stopped it                       exit 4  409

An error says what happened and ends with the next step; the CLI, a page, an API answer and a
Dagster event all print the same sentence. ``money`` tells whether something was paid for:
``no``, ``yes``, or ``unknown``.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Money = Literal["no", "yes", "unknown"]


class ArenaError(Exception):
    """Base of the tree: ``what`` happened, and ``next_step`` to take."""

    code: ClassVar[str] = "arena_error"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, next_step: str, *, money: Money = "no") -> None:
        self.what = what.rstrip(".")
        self.next_step = next_step.rstrip(".")
        self.money: Money = money
        super().__init__(f"{self.what}. {self.next_step}.")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.next_step, self.money))


def _rebuild(kind: type[ArenaError], what: str, next_step: str, money: Money) -> ArenaError:
    return kind(what, next_step, money=money)


def _rebuild_patient(
    kind: type[_Patient], what: str, next_step: str, money: Money, retry_after: float | None
) -> ArenaError:
    return kind(what, next_step, money=money, retry_after=retry_after)


class UsageFault(ArenaError):
    code = "usage"
    http_status = 422
    exit_code = 2


class NotFound(UsageFault):
    code = "not_found"
    http_status = 404


class TooLarge(UsageFault):
    code = "too_large"
    http_status = 413


class Refused(ArenaError):
    code = "refused"
    http_status = 409
    exit_code = 3


class SignInNeeded(Refused):
    code = "sign_in"
    http_status = 401


class Forbidden(Refused):
    code = "forbidden"
    http_status = 403


class TooMany(Refused):
    """``retry_after``: seconds after which it is worth another try."""

    code = "too_many"
    http_status = 429

    def __init__(self, what: str, next_step: str, *, retry_after: float = 60.0) -> None:
        super().__init__(what, next_step)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_too_many, (self.what, self.next_step, self.retry_after))


def _rebuild_too_many(what: str, next_step: str, retry_after: float) -> ArenaError:
    return TooMany(what, next_step, retry_after=retry_after)


class PublishBlocked(Refused):
    code = "publish_blocked"


class WorkFault(ArenaError):
    code = "work"
    http_status = 502


class _Patient(WorkFault):
    """``retry_after``: seconds after which it is worth another try, when somebody said so."""

    def __init__(
        self,
        what: str,
        next_step: str,
        *,
        money: Money = "no",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, next_step, money=money)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        parts = (type(self), self.what, self.next_step, self.money, self.retry_after)
        return (_rebuild_patient, parts)


class Transient(_Patient):
    code = "transient"
    http_status = 503


class Busy(_Patient):
    code = "busy"
    http_status = 503


class ContentFault(WorkFault):
    code = "content"
    http_status = 422


class Outage(_Patient):
    code = "outage"
    http_status = 503


class OutcomeUnknown(ArenaError):
    code = "unknown"
    http_status = 502
    exit_code = 5


class EnvironmentFault(ArenaError):
    code = "environment"
    http_status = 503


class DiskFull(EnvironmentFault):
    code = "disk_full"
    http_status = 507


class FolderUnwritable(EnvironmentFault):
    code = "folder_unwritable"


class DatabaseUnavailable(EnvironmentFault):
    code = "database_unavailable"


class BlobDamaged(EnvironmentFault):
    code = "blob_damaged"
    http_status = 500


class Cancelled(ArenaError):
    code = "cancelled"
    http_status = 409
