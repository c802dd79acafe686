from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from catalog.jobs import NewJob, add
from catalog.kinds import LANES, Kind
from catalog.roles import Role
from tests.support.catalog import NOON
from tests.support.served import Answer, Client, served
from workers.actors import perform

JOBS = "/api/v1/jobs"


@pytest.fixture
async def client(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    async with served(tmp_path, database_url=database_url) as opened:
        yield opened


async def jobs(client: Client, number: int) -> list[str]:
    """Add jobs of no work; answer their ids."""
    async with client.holding.tools.database.begin() as session:
        for i in range(number):
            job = NewJob(kind=Kind.NOTHING, subject=str(i), request_id="test", owner_id=UUID(int=i))
            await add(session, job, now=NOON)
    listed = await client.ask("GET", JOBS, token=await client.artist(Role.OPERATOR))
    return [one["id"] for one in listed.json["jobs"]]


def code(answer: Answer) -> str:
    kind: str = answer.json["type"]
    return kind.rpartition(":")[2]


async def test_only_operators_see_jobs(client: Client) -> None:
    [job] = await jobs(client, 1)
    token = await client.artist()

    for method, path in (
        ("GET", JOBS),
        ("GET", f"{JOBS}/{job}"),
        ("PATCH", f"{JOBS}/{job}"),
        *(("POST", f"{JOBS}/{job}/{act}") for act in ("retry", "cancel", "quarantine")),
    ):
        refused = await client.ask(method, path, token=token)
        assert refused.status == 403
        assert "you are a listener and an artist" in refused.json["detail"]
        assert (await client.ask(method, path)).status == 401


async def test_jobs_are_listed_in_pages_and_by_what_they_are(client: Client) -> None:
    every = await jobs(client, 5)
    token = await client.artist(Role.OPERATOR)
    found, cursor = [], ""
    while True:
        page = (await client.ask("GET", f"{JOBS}?limit=2{cursor}", token=token)).json
        found += [one["id"] for one in page["jobs"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert found == every
    for query, number in (
        (f"lane={LANES[Kind.NOTHING]}", 5),
        ("lane=first", 0),
        ("state=waiting&kind=nothing", 5),
        (f"owner={UUID(int=3)}", 1),
        ("cause=crash", 0),
    ):
        answer = await client.ask("GET", f"{JOBS}?{query}", token=token)
        assert len(answer.json["jobs"]) == number, query
    for query in ("lane=fast", "limit=0", "cursor=xx", "colour=red"):
        assert (await client.ask("GET", f"{JOBS}?{query}", token=token)).status == 422, query


async def test_an_operator_cancels_and_retries_and_it_is_written_down_who(client: Client) -> None:
    [job] = await jobs(client, 1)
    token = await client.artist(Role.OPERATOR)

    with capture_logs() as logs:
        cancelled = await client.ask("POST", f"{JOBS}/{job}/cancel", token=token)
        again = await client.ask("POST", f"{JOBS}/{job}/cancel", token=token)
        retried = await client.ask("POST", f"{JOBS}/{job}/retry", token=token)
    await perform(client.holding, [UUID(job)])
    done = await client.ask("GET", f"{JOBS}/{job}", token=token)
    over = await client.ask("PATCH", f"{JOBS}/{job}", token=token, data={"priority": 5})
    redone = await client.ask("POST", f"{JOBS}/{job}/retry", token=token)

    assert (cancelled.json["state"], cancelled.json["reason"]) == (
        "cancelled",
        "cancelled by A operator",
    )
    assert (again.status, code(again)) == (409, "job-over")
    assert retried.json["state"] == "waiting"
    assert (done.json["state"], [one["outcome"] for one in done.json["history"]]) == (
        "done",
        ["done"],
    )
    assert (over.status, code(over)) == (409, "job-over")
    assert (redone.json["state"], redone.json["attempts"]) == ("waiting", 0)
    told = [(one["act"], one["name"]) for one in logs if one["event"] == "job changed"]
    assert told == [("cancel", "A operator"), ("replay", "A operator")]


async def test_an_operator_sets_aside_and_raises(client: Client) -> None:
    [job] = await jobs(client, 1)
    token = await client.artist(Role.OPERATOR)

    raised = await client.ask("PATCH", f"{JOBS}/{job}", token=token, data={"priority": 7})
    too_far = await client.ask("PATCH", f"{JOBS}/{job}", token=token, data={"priority": 10**9})
    for reason in ("", "zero \0", "two\nlines", "\x9b2J"):
        why = {"reason": reason}
        refused = await client.ask("POST", f"{JOBS}/{job}/quarantine", token=token, data=why)
        assert refused.status == 422, reason
    why = {"reason": "it smells"}
    aside = await client.ask("POST", f"{JOBS}/{job}/quarantine", token=token, data=why)

    assert raised.json["priority"] == 7
    assert too_far.status == 422
    assert (aside.json["state"], aside.json["reason"]) == ("quarantined", "it smells (A operator)")
    unknown = await client.ask("GET", f"{JOBS}/{UUID(int=1)}", token=token)
    nonsense = await client.ask("POST", f"{JOBS}/x/retry", token=token)
    assert {unknown.status, nonsense.status} == {404}
