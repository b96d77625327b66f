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
MIN_FILL_FROM_AFAR = 0.0004
MIN_FLOOR = 0.4
MAX_BLOCKED = 0.22

_SUBJECT_IS_ELSEWHERE = frozenset({ViewKind.GROUND_LEVEL, ViewKind.INSIDE_OUT, ViewKind.CLOSE_UP})
"""Views of what stands around, or of a detail."""
_CLOSE_BY = {ViewKind.CLOSE_UP: 1.0, ViewKind.LOW_ANGLE: 0.8, ViewKind.ARCHWAY: 0.8}
"""How much may be close in views that stand close to what they show, or look through something."""


def check_framing(kind: ViewKind, coverage: Mapping[str, float]) -> tuple[Finding, ...]:
    """Findings on a view's ``coverage``, the facts of a stage's shot: fractions of the picture for
    ``sky``, ``fill`` and ``blocked``, of the subject for ``subject``, of the arena's floor for
    ``floor``; metres for ``nearest``."""
    most = _CLOSE_BY.get(kind, MAX_BLOCKED)
    findings = [
        Finding(
            check="view not blocked",
            passed=coverage["nearest"] >= MIN_CLEARANCE_METRES and coverage["blocked"] <= most,
            said=f"{coverage['nearest']:.1f} m free before the lens "
            f"(at least {MIN_CLEARANCE_METRES}), {coverage['blocked']:.0%} of the middle is close "
            f"(at most {most:.0%})",
        ),
        Finding(
            check="sky not empty",
            passed=coverage["sky"] <= MAX_SKY,
            said=f"{coverage['sky']:.0%} sky, at most {MAX_SKY:.0%}",
        ),
    ]
    if kind is ViewKind.BIRDS_EYE:
        # From above, a crown or a ring may hide the feature under it: the layout is the subject.
        findings.append(
            Finding(
                check="subject in frame",
                passed=coverage["floor"] >= MIN_FLOOR,
                said=f"{coverage['floor']:.0%} of the floor is seen, at least {MIN_FLOOR:.0%}",
            )
        )
    elif kind not in _SUBJECT_IS_ELSEWHERE:
        least = MIN_FILL_FROM_AFAR if kind is ViewKind.WIDE_AERIAL else MIN_FILL
        findings.append(
            Finding(
                check="subject in frame",
                passed=coverage["subject"] >= MIN_SUBJECT and coverage["fill"] >= least,
                said=f"{coverage['subject']:.0%} of the subject is seen (at least "
                f"{MIN_SUBJECT:.0%}) and fills {coverage['fill']:.1%} of the picture (at least "
                f"{least:.2%})",
            )
        )
    return tuple(findings)
