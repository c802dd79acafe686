"""No secret is written down: all that a house says is read, and each secret is looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from sqlalchemy import text

from base.database import Database
from base.discretion import discretion_of
from base.settings import Settings
from base.telemetry import Telemetry
from catalog.kinds import Kind
from catalog.people import issue_token
from catalog.roles import Role
from tests.support import openid
from tests.support.catalog import NOON, person
from tests.support.commands import refrain
from tests.support.joined import PASSWORD, Browser, Town, tokens, town
from tests.support.served import wave
from tests.support.smtp import code_in, text_of
from tests.support.subsonic import player_of
from tests.support.working import waiting
from tests.support.written import written
from workers.actors import WORK, perform

IBAN = "DE89370400440532013000"
HOOK = "http://127.0.0.1:9/hook?key=a-secret-of-the-receiver"
#: Each setting that is a secret, also those that somebody adds later; mail is to be sent.
SETTINGS = {
    name: f"test_the_{name}_of_this_house_2b7e151628aed2a6abf7158809cf4f3c"
    for name, one in Settings.model_fields.items()
    if one.annotation is SecretStr and name != "smtp_url"
}
#: Tables in which it is told how things went, for operators to read.
TOLD = ("jobs", "job_attempts", "acts", "events")
AWS = {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCY", "AWS_SESSION_TOKEN": "FwoGZXIv0"}


@dataclass
class Story:
    """What happens in a house, and the secrets that come up meanwhile."""

    here: Town
    secrets: dict[str, str] = field(default_factory=lambda: {**SETTINGS, **AWS})
    said: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, **how: object) -> int:
        answer = await self.here.client.ask(method, path, **how)  # type: ignore[arg-type]
        return answer.status

    async def people(self) -> None:
        """Join, confirm, sign in right and wrong, and choose another password by a link."""
        browser, wrong = self.here.browser(), "wrong horse battery 77"
        self.secrets |= {"password": PASSWORD, "wrong password": wrong}
        assert (await browser.join("ada@example.org")).status in {302, 303}
        mail = await self.here.mail("ada@example.org")
        self.secrets |= {"code": code_in(mail), "link": next(tokens(text_of(mail)))}
        await browser.ask("GET", f"/verify?token={self.secrets['link']}")
        other = self.here.browser("203.0.113.8")
        assert (await other.sign_in("ada@example.org", wrong)).status >= 400
        assert (await other.sign_in("ada@example.org")).status in {302, 303}
        self.secrets |= {"session": browser.cookie() or "", "another": other.cookie() or ""}
        await self.reset(self.here.browser("203.0.113.9"))

    async def reset(self, browser: Browser) -> None:
        before = len(self.here.office.to("ada@example.org"))
        await browser.ask("POST", "/forgot", {"email": "ada@example.org"})
        await self.here.bring()
        mails = self.here.office.to("ada@example.org")[before:]
        for link in (one for mail in mails for one in tokens(text_of(mail))):
            self.secrets["reset"] = link
            await browser.ask("GET", f"/reset?token={link}")

    async def applications(self) -> None:
        """Let an application in, refresh what it has, and show it again."""
        client = self.here.client
        made, browser = await openid.application(client), await openid.somebody(client)
        text_, challenge = openid.verifier()
        asked = openid.asked(made, challenge, scope="openid play offline_access")
        told = (await browser.let_in(**asked)).told
        given = await openid.exchange(client, made, told["code"], text_)
        again = await openid.refreshed(client, made.client.id, given.json["refresh_token"])
        await openid.refreshed(client, made.client.id, given.json["refresh_token"] + "x")
        secret = await openid.application(client, is_public=False)
        by = (secret.client.id, str(secret.secret))
        await openid.ask(client, "/oauth/token", by=by, grant_type="client_credentials")
        self.secrets |= {
            "authorization code": told["code"],
            "verifier": text_,
            "client": by[1],
            **{name: given.json[name] for name in ("access_token", "refresh_token", "id_token")},
            **{f"next {name}": again.json[name] for name in ("access_token", "refresh_token")},
            "cookie": browser.cookie,
        }

    async def music(self) -> None:
        """Send a master, play it, and ask for what is not there by a ticket and a wrong one."""
        client, database = self.here.client, self.here.client.holding.tools.database
        artist = await client.artist()
        hears = await person(database, Role.LISTENER, millicredits=1_000)
        async with database.begin() as session:
            listener = await issue_token(session, hears, label="test", now=NOON)
        sent = await client.ask("PUT", "/api/v1/masters/a.wav", token=artist, data=wave(1))
        await client.play()
        asked = {"track": sent.json["track"]}
        play = await client.ask("POST", "/api/v1/plays", token=listener, data=asked)
        ticket = re.findall(r"/media/([\w-]{43})/", play.body.decode())[0]
        await self.ask("GET", f"/media/{ticket}/multivariant.m3u8")
        await self.ask("GET", f"/media/{ticket}/nothing.mp4")
        await self.ask("GET", f"/media/{ticket[::-1]}/nothing.mp4")
        where = {"holder": "Ada Example", "iban": IBAN}
        assert await self.ask("PUT", "/api/v1/payouts/bank-details", token=artist, data=where) < 300
        self.secrets |= {"artist": artist, "listener": listener, "ticket": ticket, "iban": IBAN}
        self.secrets["reversed"] = ticket[::-1]

    async def players(self) -> None:
        """Speak Subsonic in each way of signing in."""
        client = self.here.client
        player = await player_of(client, self.secrets["listener"])
        await player.send("ping")
        salted = md5(b"sesame" + b"c19b2d0f7e").hexdigest()  # noqa: S324 - as the protocol has it
        await self.ask("GET", f"/rest/ping?u=ada&t={salted}&s=c19b2d0f7e&c=a&v=1.16.1")
        await self.ask("GET", "/rest/ping?u=ada&p=enc:7a69746865722d34&c=a&v=1.16.1")
        await self.ask("GET", "/rest/nothing?apiKey=no-key-of-anybody&c=a&v=1.16.1")
        self.secrets |= {"apiKey": player.key, "t": salted, "s": "c19b2d0f7e"}
        self.secrets |= {"p": "7a69746865722d34", "wrong key": "no-key-of-anybody"}

    async def webhooks(self) -> None:
        """Tell a receiver that is not there, whose address has a secret."""
        client, artist = self.here.client, self.secrets["artist"]
        made = await client.ask("POST", "/api/v1/webhooks", token=artist, data={"url": HOOK})
        assert made.status == 201
        self.secrets |= {"webhook": made.json["secret"], "receiver": "a-secret-of-the-receiver"}
        path = f"/api/v1/webhooks/{made.json['id']}/ping"
        await self.ask("POST", path, token=artist)
        holding = client.holding
        await perform(holding, await waiting(holding, Kind.DELIVER))

    def as_libraries_say_it(self) -> str:
        """Answer secrets as an error tells them: by an address, by a header, or as they are.

        What people type in is in no address, and is not known by its looks; it is looked for too.
        """
        known = self.secrets
        typed = {"password", "wrong password", "code", "p", "s", "t", "verifier"}
        in_paths = {"ticket", "reversed"}
        asked = {"link": "token", "reset": "token", "authorization code": "code"}
        asked |= {"wrong key": "apiKey", "receiver": "key"}
        plain = known.keys() - typed - in_paths - asked.keys()
        return " ".join(
            [
                *(known[name] for name in sorted(plain)),
                *(f"/media/{known[name]}/aac.mp4" for name in in_paths),
                *(
                    f"https://house.example/a?{query}={known[name]}"
                    for name, query in asked.items()
                ),
                *(f"GET /rest/ping?u=ada&{name}={known[name]}&f=json" for name in ("p", "s", "t")),
            ]
        )

    async def crashes(self, patch: pytest.MonkeyPatch) -> None:
        """Let a job and a request fail by errors that tell everything."""
        all_of_it = f"all that I know: {self.as_libraries_say_it()}"

        async def falls(*_: object, **__: object) -> None:
            raise RuntimeError(all_of_it)

        def fails(*_: object, **__: object) -> None:
            raise RuntimeError(all_of_it)

        holding = self.here.client.holding
        jobs = await waiting(holding, Kind.EXAMINE)
        assert jobs
        with patch.context() as within:
            within.setattr("workers.actors.WORK", {**WORK, Kind.EXAMINE: falls})
            await perform(holding, jobs)
        with patch.context() as within:
            within.setattr(Database, "read", fails)
            asked = {"token": "refrain_of_nobody"}
            broken = await self.here.client.ask("GET", "/api/v1/account", **asked)
        assert broken.status == 500
        self.said += [broken.body.decode(), str(broken.headers)]

    async def told(self) -> None:
        """Read what the house tells of itself."""
        client = self.here.client
        self.said.append((await client.ask("GET", "/metrics")).body.decode())
        async with client.holding.tools.database.read() as session:
            for table in TOLD:
                rows = await session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - ours
                self.said += [repr(row) for row in rows]


def require_untold(secrets: Mapping[str, str], said: str) -> None:
    for name, secret in secrets.items():
        assert len(secret) >= 8, name
        for way in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
            at = said.find(way)
            assert at < 0, f"{name}: {said[max(0, at - 300) : at + 100]}"


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_a_house_tells_no_secret_whatever_happens(
    log_format: str, tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in AWS.items():
        monkeypatch.setenv(name, secret)
    told = {"log_format": log_format, "log_level": "debug", **SETTINGS}
    with written(Settings.model_validate(told)) as log:
        given = {**SETTINGS, "webhooks_to_private": True}
        async with town(tmp_path, valkey_url, **given) as here:
            story = Story(here)
            await story.people()
            await story.applications()
            await story.music()
            await story.players()
            await story.webhooks()
            await story.crashes(monkeypatch)
            await story.told()
        lines = log.getvalue()

    assert {"job failed", "broken", "refused"} <= set(
        re.findall("job failed|broken|refused", lines)
    ), lines
    assert "all that I know" in lines
    require_untold(story.secrets, lines + "\n".join(story.said))


ADDRESSES = [
    ("DATABASE_URL", "postgresql+asyncpg://ada:{}@127.0.0.1:9/refrain"),
    ("DATABASE_URL", "postgresql+asyncpg://ada:1/{}@127.0.0.1:9/refrain"),
    ("DATABASE_URL", "mysql://ada:{}@127.0.0.1:9/refrain"),
    ("REDIS_URL", "redis://ada:{}@127.0.0.1:9/0"),
    ("REDIS_URL", "redis://ada:{}/1@127.0.0.1:9/0"),
    ("REDIS_URL", "http://ada:{}@127.0.0.1:9/0"),
    ("STORAGE_URL", "https://ada:{}@127.0.0.1:9/bucket"),
    ("STORAGE_URL", "s3://ada:{}@bucket/prefix?endpoint=http://127.0.0.1:9"),
]
COMMANDS = [
    *(("doctor --json", *one) for one in ADDRESSES),
    *((command, *one) for command in ("migrate", "fleet") for one in ADDRESSES[:3]),
]


@pytest.mark.parametrize(("command", "name", "address"), COMMANDS)
def test_a_wrong_address_is_told_without_its_password(
    command: str,
    name: str,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = "tr0ubador-of-this-house"  # noqa: S105 - of nobody
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REFRAIN_LOG_LEVEL", "debug")
    monkeypatch.setenv(f"REFRAIN_{name}", address.format(secret))

    try:
        done = refrain(*command.split())
    except Exception as error:  # noqa: BLE001 - what ends a process is told as below
        told = discretion_of(Settings()).told(repr(error))
    else:
        told = done.said + done.errors

    assert told
    assert secret not in told


def test_a_trace_tells_no_secret_of_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", AWS["AWS_SECRET_ACCESS_KEY"])
    house = Settings.model_validate(SETTINGS)
    all_of_it = " ".join([*SETTINGS.values(), AWS["AWS_SECRET_ACCESS_KEY"], HOOK])
    collected = InMemorySpanExporter()
    telemetry = Telemetry(SimpleSpanProcessor(collected), discretion_of(house))

    with pytest.raises(RuntimeError), telemetry.span("work"):
        raise RuntimeError(all_of_it)

    [span] = collected.get_finished_spans()
    assert "RuntimeError" in str(dict(span.events[0].attributes or {}))
    said = str([dict(one.attributes or {}) for one in span.events]) + span.to_json()
    require_untold({**SETTINGS, "aws": AWS["AWS_SECRET_ACCESS_KEY"]}, said)
    assert "a-secret-of-the-receiver" not in said
