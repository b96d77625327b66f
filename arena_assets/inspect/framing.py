"""Does a picture show what its view is for: the subject in the frame, nothing at the lens.

It judges what the stage's rays found; pictures from elsewhere have no such facts.
"""

from __future__ import annotations

from collections.abc import Mapping

from arena_assets.domain.manifest import Finding
from arena_assets.domain.views import ViewKind

MAX_SKY = 0.80
MIN_CLEARANCE_METRES = 0.7
MIN_SUBJECT = 0.3
MIN_FILL = 0.002
MAX_BLOCKED = 0.22
MAX_BLOCKED_NEAR = 0.80

_SUBJECT_IS_ELSEWHERE = frozenset({ViewKind.GROUND_LEVEL, ViewKind.INSIDE_OUT, ViewKind.CLOSE_UP})
"""Views of what stands around, or of a detail."""
_FROM_ABOVE = frozenset({ViewKind.BIRDS_EYE, ViewKind.WIDE_AERIAL})
_CLOSE_BY = frozenset({ViewKind.CLOSE_UP, ViewKind.LOW_ANGLE, ViewKind.ARCHWAY})
"""Views that stand close to what they show, or look through something."""


def check_framing(kind: ViewKind, coverage: Mapping[str, float]) -> tuple[Finding, ...]:
    """Findings on a view's ``coverage``, the facts of a stage's shot: fractions of the picture for
    ``sky``, ``fill`` and ``blocked``, of the subject for ``subject``; metres for ``nearest``."""
    findings = [
        Finding(
            check="view not blocked",
            passed=coverage["nearest"] >= MIN_CLEARANCE_METRES
            and coverage["blocked"] <= (MAX_BLOCKED_NEAR if kind in _CLOSE_BY else MAX_BLOCKED),
            said=f"{coverage['nearest']:.1f} m free before the lens "
            f"(at least {MIN_CLEARANCE_METRES}), {coverage['blocked']:.0%} of the middle is close",
        ),
        Finding(
            check="sky not empty",
            passed=coverage["sky"] <= MAX_SKY,
            said=f"{coverage['sky']:.0%} sky, at most {MAX_SKY:.0%}",
        ),
    ]
    if kind not in _SUBJECT_IS_ELSEWHERE:
        least = 0.0 if kind in _FROM_ABOVE else MIN_FILL
        findings.append(
            Finding(
                check="subject in frame",
                passed=coverage["subject"] >= MIN_SUBJECT * (0.4 if kind in _FROM_ABOVE else 1)
                and coverage["fill"] >= least,
                said=f"{coverage['subject']:.0%} of the subject is seen and fills "
                f"{coverage['fill']:.1%} of the picture (at least {least:.1%})",
            )
        )
    return tuple(findings)
