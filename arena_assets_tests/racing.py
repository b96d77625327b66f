"""Real processes that do the same thing at the same moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

_PATIENCE_SECONDS = 60
_fork = multiprocessing.get_context("fork")


def race(
    count: int, work: Callable[[int], Result], patience: float = _PATIENCE_SECONDS
) -> list[Result]:
    """Run ``work(0)`` … ``work(count − 1)`` in processes that start together; their results.

    An exception in any of them fails the test that races, and so does one that takes longer than
    ``patience`` seconds.
    """
    line = _fork.Barrier(count)
    pipes = [_fork.Pipe(duplex=False) for _ in range(count)]

    def runner(number: int) -> None:
        outcome: tuple[bool, object]
        try:
            line.wait(_PATIENCE_SECONDS)
            outcome = (True, work(number))
        except BaseException as error:
            outcome = (False, f"{type(error).__name__}: {error}")
        pipes[number][1].send(outcome)

    processes = [_fork.Process(target=runner, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    results = []
    for process, (receiver, _) in zip(processes, pipes, strict=True):
        assert receiver.poll(patience), "a process did not finish"
        good, value = receiver.recv()
        process.join(_PATIENCE_SECONDS)
        assert good, value
        results.append(value)
    return results


def killed(work: Callable[[], object]) -> None:
    """Run ``work`` in a process that is killed (SIGKILL) the moment it returns, and wait."""

    def runner() -> None:
        work()
        os.kill(os.getpid(), signal.SIGKILL)

    process = _fork.Process(target=runner)
    process.start()
    process.join(_PATIENCE_SECONDS)
    assert process.exitcode == -signal.SIGKILL, "it ended by itself"
