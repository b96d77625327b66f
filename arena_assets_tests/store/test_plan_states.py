"""Any order of reports about an arena keeps its promises."""

from __future__ import annotations

import hypothesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from arena_assets.errors import Cancelled as CancelledByPerson
from arena_assets.errors import Refused
from arena_assets.store import events, plans
from arena_assets.store.database import Database
from arena_assets.store.launches import claim_launches, confirm_launch, want_launch
from arena_assets.store.plan_states import PlanState
from arena_assets_tests.store.samples import place

# Written down apart from the code: what may follow by a report. A wish for a launch is a rule of
# its own below, the only way out of "cancelled".
ALLOWED = {
    "planned": "queued running failed cancelled",
    "queued": "running failed cancelled",
    "running": "made failed cancelled",
    "made": "planned running published failed cancelled",
    "published": "planned running made failed",
    "failed": "planned running cancelled",
    "cancelled": "planned",
}


class PlanMachine(RuleBasedStateMachine):
    """One arena, reported on, launched and cancelled in any order."""

    db: Database

    def __init__(self) -> None:
        super().__init__()
        (self.arena_id,) = place(self.db)
        self.state, self.launch, self.launched = "planned", 1, 0
        self.seen = events.last_seq(self.db)
        self.changes = 0

    def _moved(self, state: str) -> None:
        self.changes += self.state != state
        self.state = state

    @rule(state=st.sampled_from([each for each in PlanState if each is not PlanState.PLANNED]))
    def report(self, state: PlanState) -> None:
        fits = state.value in [self.state, *ALLOWED[self.state].split()]
        try:
            plans.set_state(self.db, self.arena_id, state, reason="reported")
        except CancelledByPerson:
            assert self.state == "cancelled"
            assert not fits
        except Refused:
            assert not fits
        else:
            assert fits
            self._moved(state.value)

    @rule()
    def want(self) -> None:
        self.launch += self.launch == self.launched
        assert want_launch(self.db, self.arena_id, "again") == self.launch
        if self.state not in ("queued", "running"):
            self._moved("planned")

    @rule()
    def launch_it(self) -> None:
        wanted = claim_launches(self.db, 1000, 0)
        mine = [each for each in wanted if each.arena_id == self.arena_id]
        waits = self.state in ("queued", "running", "cancelled") or self.launch == self.launched
        assert len(mine) == (0 if waits else 1)
        for each in mine:
            self._moved("planned")
            assert confirm_launch(self.db, self.arena_id, each.launch)
            self.launched = each.launch
            self._moved("queued")

    @precondition(lambda self: self.state == "cancelled")
    @rule()
    def late_confirmation(self) -> None:
        assert not confirm_launch(self.db, self.arena_id, self.launch)
        self.launched = self.launch

    @invariant()
    def the_row_agrees(self) -> None:
        plan = plans.get_plan(self.db, self.arena_id)
        assert (plan.state.value, plan.launch, plan.launched) == (
            self.state,
            self.launch,
            self.launched,
        )

    def teardown(self) -> None:
        told = events.since(self.db, self.seen, arena_ids=[self.arena_id], limit=10_000)
        moves = [event for event in told if event.kind != "launch_wanted"]
        assert len(moves) == self.changes
        state = "planned"
        for event in moves:
            assert event.data["from"] == state
            state = event.kind.removeprefix("arena_")
        assert state == self.state


def test_any_order_of_reports_keeps_to_the_states(db: Database) -> None:
    machine = type("Machine", (PlanMachine,), {"db": db})
    run_machine(
        machine,
        settings=hypothesis.settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_state_can_be_left_and_reached() -> None:
    reachable = {after for row in ALLOWED.values() for after in row.split()}
    assert reachable == {state.value for state in PlanState} == set(ALLOWED)
