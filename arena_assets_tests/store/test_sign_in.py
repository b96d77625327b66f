"""Sign-in's promises on both databases: links work once, an admin stays, the audit log grows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from arena_assets.domain.roles import Role, Scope
from arena_assets.errors import ArenaError, Refused
from arena_assets.store import audit, sessions, tokens, users
from arena_assets.store.audit import Actor
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import AuditRow
from arena_assets_tests.racing import race

_HOUR = timedelta(hours=1)


def test_a_link_lets_exactly_one_of_many_through(db: Database) -> None:
    for user_id in (None, users.add_user(db, "Mira", Role.ADMIN, None).user_id):
        code = sessions.make_link(db, user_id, _HOUR)

        def use(_number: int, code: str = code) -> bool:
            return sessions.use_link(Database(db.url.render_as_string(False)), code)

        assert sorted(race(6, use)) == [False] * 5 + [True]


def test_admins_who_dismiss_each_other_leave_one(db: Database) -> None:
    admins = [users.add_user(db, f"admin {each}", Role.ADMIN, None) for each in range(4)]

    def dismiss(number: int) -> bool:
        mine = Database(db.url.render_as_string(False))
        try:
            if number % 2:
                users.set_role(mine, admins[number].user_id, Role.VIEWER)
            else:
                users.set_disabled(mine, admins[number].user_id, True)
        except Refused:
            return False
        return True

    assert sorted(race(4, dismiss)) == [False, True, True, True]
    left = [each for each in users.list_users(db) if each.role is Role.ADMIN and not each.disabled]
    assert len(left) == 1


def test_one_name_is_one_person(db: Database) -> None:
    users.add_user(db, "Straße", Role.VIEWER, None)
    with pytest.raises(Refused, match="already"):
        users.add_user(db, "STRASSE", Role.VIEWER, None)
    with pytest.raises(Refused, match="first admin"):
        users.add_user(db, "Otto", Role.ADMIN, None, only_first=True)


@pytest.mark.parametrize("change", [delete(AuditRow), update(AuditRow).values(who="nobody")])
def test_the_audit_log_only_grows(db: Database, change: object) -> None:
    audit.note(db, Actor("Mira", "here", 1), "user.add", "Otto", role="viewer")
    with pytest.raises((DBAPIError, ArenaError)), db.write() as session:
        session.execute(change)  # type: ignore[call-overload]
    (line,) = audit.entries(db)
    assert (line.who, line.target, line.data) == ("Mira", "Otto", {"role": "viewer"})


def test_the_audit_log_is_leafed_through(db: Database) -> None:
    for number in range(5):
        audit.note(db, Actor("Mira", "here"), "user.add" if number % 2 else "token.create")
    first = audit.entries(db, limit=3)
    rest = audit.entries(db, before=first[-1].seq, limit=3)
    assert [each.seq for each in first + rest] == [5, 4, 3, 2, 1]
    assert [each.seq for each in audit.entries(db, action="user.")] == [4, 2]
    assert audit.entries(db, action="user%") == []


def test_a_token_keeps_scopes_and_projects(db: Database) -> None:
    user = users.add_user(db, "Mira", Role.PRODUCER, None)
    number, secret = tokens.create_token(
        db, user.user_id, "ci", {Scope.READ, Scope.SPEND}, ["cards"], _HOUR
    )
    held = tokens.token_holder(db, secret)
    assert held is not None
    assert held[0].scopes == frozenset({Scope.READ, Scope.SPEND})
    assert held[0].projects == frozenset({"cards"})
    assert tokens.token_holder(db, secret[:-1]) is None
    users.set_disabled(db, _other_admin(db), False)
    users.set_disabled(db, user.user_id, True)
    assert tokens.token_holder(db, secret) is None
    assert [each.token_id for each in tokens.list_tokens(db, user.user_id)] == [number]


def _other_admin(db: Database) -> int:
    return users.add_user(db, "the admin", Role.ADMIN, None).user_id
