"""A play that is held, as plain facts: what lists, pages and programs are told."""

from __future__ import annotations

from typing import Any

from accounting.holds import Explained, Held


def held_facts(held: Held) -> dict[str, Any]:
    """Answer what a play is about and why it waits; credit in milli-credits."""
    return {
        "play": str(held.session_id),
        "state": str(held.state),
        "reason": held.reason,
        "listener_id": str(held.listener_id),
        "listener": held.listener,
        "track": str(held.track_id),
        "title": held.title,
        "payee": str(held.payee_id),
        "heard_at": held.heard_at.isoformat(),
        "weighed_at": held.weighed_at.isoformat() if held.weighed_at else None,
        "limits": held.limits_id,
        "figures": held.features.as_json() if held.features else {},
    }


def explained_facts(found: Explained) -> dict[str, Any]:
    """Answer the same, with the verdict made again, its sentences, and what people decided."""
    return {
        **held_facts(found.held),
        "reasons": list(found.suspicion.reasons) if found.suspicion else [],
        "sentences": list(found.sentences),
        "decisions": [
            {"decision": str(one.decision), "at": one.at.isoformat(), "by": one.by, "why": one.why}
            for one in found.decisions
        ],
    }
