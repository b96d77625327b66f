"""The server's children: started together, restarted when they die, stopped in order."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from arena_assets.cli.child import Child, ChildSpec
from arena_assets.errors import EnvironmentFault

RESTARTS = 5
RESTART_WINDOW_SECONDS = 600.0
_FIRST_BACKOFF_SECONDS = 1.0


class Supervisor:
    """Keeps children running. They start in the order given and stop in the reverse one."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: dict[str, Child] = {}
        self._deaths: defaultdict[str, deque[float]] = defaultdict(deque)
        self._due: dict[str, float] = {}

    @property
    def children(self) -> Sequence[Child]:
        return list(self._children.values())

    def start(self, spec: ChildSpec) -> Child:
        child = Child.start(spec)
        self._children[spec.name] = child
        return child

    def tend(self) -> bool:
        """Look after everyone once: note deaths, restart what is due. Whether anyone was restarted.

        A child that dies again waits twice as long. Raises :class:`EnvironmentFault` when one has
        died more than :data:`RESTARTS` times within :data:`RESTART_WINDOW_SECONDS`.
        """
        now = time.monotonic()
        restarted = False
        for name, child in list(self._children.items()):
            if child.running:
                child.trim_log()
                continue
            if name not in self._due:
                self._due[name] = now + self._mourn(child, now)
            elif now >= self._due[name]:
                del self._due[name]
                self.start(child.spec)
                self._say(f"The {name} runs again.")
                restarted = True
        return restarted

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Stop everyone, the last started first, each before the next."""
        for child in reversed(self.children):
            child.stop(hurry)
        self._children.clear()

    def _mourn(self, child: Child, now: float) -> float:
        deaths = self._deaths[child.spec.name]
        deaths.append(now)
        while deaths and now - deaths[0] > RESTART_WINDOW_SECONDS:
            deaths.popleft()
        name = child.spec.name
        if len(deaths) > RESTARTS:
            raise EnvironmentFault(
                f"The {name} died {len(deaths)} times within "
                f"{RESTART_WINDOW_SECONDS / 60:.0f} minutes ({child.last_words()})",
                f"Read {child.spec.log}, then start 'arena serve' again; finished work is kept",
            )
        wait: float = _FIRST_BACKOFF_SECONDS * 2 ** (len(deaths) - 1)
        self._say(f"The {name} {child.ending}; it is started again in {wait:.0f} s.")
        return wait
