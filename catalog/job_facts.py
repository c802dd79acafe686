"""What is shown of jobs and their attempts: by the interface and by the command line."""

from __future__ import annotations

from typing import Any

from catalog.models.jobs import Job, JobAttempt


def job_facts(job: Job) -> dict[str, Any]:
    """Answer what is known of a job, as JSON has it; times in ISO 8601."""
    times = {
        "created_at": job.created_at,
        "not_before": job.not_before,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
    return {
        "id": str(job.id),
        "kind": job.kind,
        "lane": job.lane,
        "subject": job.payload["subject"],
        "state": job.state,
        "cause": job.cause,
        "reason": job.reason,
        "attempts": job.attempts,
        "kills": job.kills,
        "priority": job.priority,
        "owner": None if job.owner_id is None else str(job.owner_id),
        "worker": job.worker,
        "cost_s": job.cost_s,
        "audio_s": job.audio_s,
        "request": job.request_id,
        **{name: at and at.isoformat() for name, at in times.items()},
    }


def attempt_facts(attempt: JobAttempt) -> dict[str, Any]:
    """Answer how one attempt went; `output` is what the failing child said last."""
    return {
        "worker": attempt.worker,
        "started_at": attempt.started_at.isoformat(),
        "ended_at": attempt.ended_at.isoformat(),
        "took_s": (attempt.ended_at - attempt.started_at).total_seconds(),
        "cpu_s": attempt.cpu_s,
        "outcome": attempt.outcome,
        "cause": attempt.cause,
        "reason": attempt.reason,
        "output": attempt.output,
    }
