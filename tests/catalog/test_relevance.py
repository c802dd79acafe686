"""What is found for what is asked, on both databases: the table is what search has to do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from base.database import Database
from catalog import search
from tests.support.catalog import sqlite_template
from tests.support.postgres import new_database
from tests.support.searching import found, put_out

WRITTEN = [
    ("Yesterday", "The Beatles", 900),
    ("Yesterday", "Nobody Else", 2),
    ("Yesterday Once More", "Carpenters", 950),
    ("Here Comes the Sun", "The Beatles", 800),
    ("Love Me Do", "The Beatles", 500),
    ("Love", "A New Band", 1),
    ("Lovely Day", "Bill Withers", 700),
    ("All You Need Is Love", "The Beatles", 600),
    ("Glorious Love Story", "Various", 10),
    ("Hoppípolla", "Sigur Rós", 300),
    ("Jóga", "Björk", 310),
    ("Schrei nach Liebe", "Die Ärzte", 200),
    ("Ace of Spades", "Motörhead", 400),
    ("Thunderstruck", "AC/DC", 880),
    ("All the Small Things", "blink-182", 700),
    ("Losing My Religion", "R.E.M.", 760),
    ("Just Give Me a Reason", "P!nk", 640),
    ("TiK ToK", "Ke$ha", 630),
    ("Me and Giuliani Down by the School Yard", "!!!", 20),
    ("The Sound of Silence", "Simon & Garfunkel", 720),
    ("Don't Stop Me Now", "Queen", 810),
    ("Bohemian Rhapsody", "Queen", 990),
    ("Smells Like Teen Spirit", "Nirvana", 980),
    ("Come As You Are", "Nirvana", 870),
    ("99 Luftballons", "Nena", 500),
    ("1999", "Prince", 480),
    ("7", "Prince", 90),
    ("Группа крови", "Кино", 450),
    ("Лебединое озеро", "Чайковский", 210),
    ("First Love", "宇多田ヒカル", 440),
    ("東京は夜の七時", "ピチカート・ファイヴ", 120),
    ("نسم علينا الهوى", "فيروز", 330),
    ("Πυξίδα", "Βαγγέλης", 60),
    ("Dynamite", "방탄소년단", 890),
    ("U", "Super Junior", 30),
    ("Perfect Day", "Lou Reed", 555),
    ("Walk on the Wild Side", "Lou Reed", 556),
    ("select * from tracks", "Bobby \"Tables\" & 'Sons'", 5),
]

#: What is asked, and what must come first (and second, …).
TABLE = [
    # Called so, before what begins so, before what has the words; then by how much it is played.
    ("yesterday", ["Yesterday · The Beatles", "Yesterday · Nobody Else", "Yesterday Once More"]),
    ("YESTERDAY", ["Yesterday · The Beatles"]),
    ("love", ["Love · A New Band", "Lovely Day", "Love Me Do", "All You Need Is Love"]),
    ("sun", ["Here Comes the Sun · The Beatles"]),
    # Artist and title, in any order, and a part of either.
    ("beatles yesterday", ["Yesterday · The Beatles"]),
    ("yesterday the beatles", ["Yesterday · The Beatles"]),
    ("the beatles love me", ["Love Me Do · The Beatles"]),
    ("nobody yesterday", ["Yesterday · Nobody Else"]),
    ("queen bohemian", ["Bohemian Rhapsody · Queen"]),
    ("lou wild", ["Walk on the Wild Side · Lou Reed"]),
    # While it is being written; and parts of words.
    ("bohem", ["Bohemian Rhapsody · Queen"]),
    ("beat yest", ["Yesterday · The Beatles"]),
    ("smells like te", ["Smells Like Teen Spirit · Nirvana"]),
    ("thun", ["Thunderstruck · AC/DC"]),
    # Accents, marks and letters that keyboards lack.
    ("sigur ros", ["Hoppípolla · Sigur Rós"]),
    ("hoppipolla", ["Hoppípolla · Sigur Rós"]),
    ("Hoppípolla", ["Hoppípolla · Sigur Rós"]),
    ("bjork", ["Jóga · Björk"]),
    ("bjoerk joga", ["Jóga · Björk"]),
    ("arzte", ["Schrei nach Liebe · Die Ärzte"]),
    ("Die Aerzte", ["Schrei nach Liebe · Die Ärzte"]),
    ("motorhead", ["Ace of Spades · Motörhead"]),
    ("cafe\u0301 motörhead", ["Ace of Spades · Motörhead"]),
    # Signs.
    ("ac dc", ["Thunderstruck · AC/DC"]),
    ("acdc", ["Thunderstruck · AC/DC"]),
    ("AC/DC thunderstruck", ["Thunderstruck · AC/DC"]),
    ("blink 182", ["All the Small Things · blink-182"]),
    ("blink182", ["All the Small Things · blink-182"]),
    ("rem religion", ["Losing My Religion · R.E.M."]),
    ("r.e.m.", ["Losing My Religion · R.E.M."]),
    ("pink", ["Just Give Me a Reason · P!nk"]),
    ("P!nk", ["Just Give Me a Reason · P!nk"]),
    ("kesha", ["TiK ToK · Ke$ha"]),
    ("simon and garfunkel", ["The Sound of Silence · Simon & Garfunkel"]),
    ("simon garfunkel", ["The Sound of Silence · Simon & Garfunkel"]),
    ("dont stop", ["Don't Stop Me Now · Queen"]),
    ("don\u2019t stop me now", ["Don't Stop Me Now · Queen"]),
    # Numbers, and what is very short.
    ("99", ["99 Luftballons · Nena"]),
    ("1999", ["1999 · Prince"]),
    ("7", ["7 · Prince"]),
    ("u", ["U · Super Junior"]),
    ("qu", ["Bohemian Rhapsody · Queen"]),
    ("y", ["Yesterday Once More", "Yesterday · The Beatles"]),
    # Other scripts, as they are written and as they are said.
    ("кино", ["Группа крови · Кино"]),
    ("kino gruppa", ["Группа крови · Кино"]),
    ("группа кров", ["Группа крови · Кино"]),
    ("chaikovsky", ["Лебединое озеро · Чайковский"]),
    ("tchaikovsky", ["Лебединое озеро · Чайковский"]),
    ("ヒカル", ["First Love · 宇多田ヒカル"]),
    ("宇多田", ["First Love · 宇多田ヒカル"]),
    ("hikaru first love", ["First Love · 宇多田ヒカル"]),
    ("東京", ["東京は夜の七時"]),
    ("七時", ["東京は夜の七時"]),
    ("ぴちかーと", ["東京は夜の七時"]),
    ("فيروز", ["نسم علينا الهوى · فيروز"]),
    ("fairuz", ["نسم علينا الهوى · فيروز"]),
    ("vangelis", ["Πυξίδα · Βαγγέλης"]),
    ("βαγγελης", ["Πυξίδα · Βαγγέλης"]),
    ("방탄", ["Dynamite · 방탄소년단"]),
    ("bangtansonyeondan", ["Dynamite · 방탄소년단"]),
    # Misspelt, in one place or in two.
    ("nirvna", ["Smells Like Teen Spirit · Nirvana", "Come As You Are · Nirvana"]),
    ("nirvanna", ["Smells Like Teen Spirit · Nirvana"]),
    ("beatels yesterday", ["Yesterday · The Beatles"]),
    ("bohemain rapsody", ["Bohemian Rhapsody · Queen"]),
    ("quen", ["Bohemian Rhapsody · Queen"]),
    ("thuderstuck", ["Thunderstruck · AC/DC"]),
    ("garfunkle", ["The Sound of Silence · Simon & Garfunkel"]),
    ("smels like teen spirt", ["Smells Like Teen Spirit · Nirvana"]),
    # More than is there, and what is a language elsewhere.
    ("queen bohemian rhapsody official video hd", ["Bohemian Rhapsody · Queen"]),
    ("queen - bohemian rhapsody (remastered 2011)", ["Bohemian Rhapsody · Queen"]),
    ('"bohemian" OR NOT (rhapsody*) & queen | !x:*', ["Bohemian Rhapsody · Queen"]),
    ("select * from tracks; --", ["select * from tracks"]),
    ("title:yesterday -beatles", ["Yesterday · The Beatles"]),
    ("perfect day " + "very long " * 200, ["Perfect Day · Lou Reed"]),
]

#: What nothing answers, and what is no question.
NOTHING = ["", "   ", "zzzzqqqq", "%", "\\", "''''", "^", "*", "ö" * 500, "\u0301", "🎧"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("relevance") / "refrain.db"
        path.write_bytes(sqlite_template())
        url = f"sqlite+aiosqlite:///{path}"
    else:
        server, _, name = request.getfixturevalue("trigrams_template").rpartition("/")
        url = asyncio.run(new_database(server, template=name))
    asyncio.run(filled(url))
    return url


async def filled(url: str) -> None:
    database = Database(url)
    await put_out(database, WRITTEN)
    await database.close()


@pytest.fixture
async def house(filled_url: str) -> AsyncIterator[Database]:
    database = Database(filled_url)
    yield database
    await database.close()


@pytest.mark.parametrize("at_once", [1_500, 0])
async def test_what_is_meant_comes_first(
    house: Database, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What many have is looked for tier by tier, and the answer is the same.
    monkeypatch.setattr(search, "_AT_ONCE", at_once)
    wrong = []
    for asked, first in TABLE:
        got = await found(house, asked)
        if not all(one.startswith(want) for one, want in zip(got, first, strict=False)) or not got:
            wrong.append((asked, first, got[:4]))
    assert wrong == []


async def test_nothing_is_found_where_nothing_is_meant(house: Database) -> None:
    answers = {asked: await found(house, asked) for asked in NOTHING}

    assert {asked: one for asked, one in answers.items() if one} == {}
