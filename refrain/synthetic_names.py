"""Names as people give them, in several scripts, by the million: the same seed makes the same.

Common words are common and rare ones rare (Zipf), so that an index of them is as large, and as
uneven, as that of a real catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Chance = np.random.Generator

_COMMON = """
    love night you me the heart time day baby world life dance girl man blue home light fire
    dream sun rain moon sky star river road song soul free wild summer winter black
    white red gold little lonely sweet crazy broken forever never always again tonight
    tomorrow yesterday waiting running falling dancing burning calling leaving coming
    going alone together beautiful happy sad angel devil heaven hell god mother father
    brother sister child king queen city street house door window mirror shadow ghost
    machine radio train car highway ocean sea water island mountain desert garden flower
    rose tree bird wolf dog cat horse lion tiger snake butterfly money gun war peace
    freedom justice truth lie secret memory story letter book picture dream hand eye
    kiss touch smile tears blood bone skin body mind spirit ghost
""".split()
_SYLLABLES = """
    ba be bo da de di do fa fe ga go ha he jo ka ke ki ko la le li lo ma me mi mo na ne ni
    no pa pe ra re ri ro sa se si so ta te ti to va ve vi za zo ar en in or el an es ist
    ton ley ford berg stein ski son man wood field land well bridge hill dale
""".split()
_FIRST = """
    Anna Björn Carla Daniel Elena François Grace Håkon Inés José Karin Lars María Noël Óscar
    Paula Quentin Renée Søren Theo Ulrike Víctor Wanda Xavier Yusuf Zoë Łukasz Jiří
    Šárka
""".split()
_LATIN = """
    Straße über Mädchen Träume für König Nächte cœur été forêt lumière garçon rêve corazón
    mañana niño canción años coração saudade não noite þögn ljós hjarta draumur çiçek
    gönül yağmur życie miłość źródło řeka život příběh
""".split()
_OTHERS = (
    """
    любовь ночь сердце группа крови звезда дорога снег весна море город окно солнце ветер
    песня дождь небо земля человек время жизнь мечта огонь вода тень свет
""".split(),
    """
    αγάπη νύχτα καρδιά θάλασσα φεγγάρι ουρανός δρόμος τραγούδι βροχή ήλιος όνειρο ζωή χρόνος
    φωτιά νερό αέρας γη πόλη σπίτι παιδί
""".split(),
    """
    حب ليل قلب قمر شمس بحر سماء طريق أغنية مطر حلم حياة زمن نار ماء ريح أرض مدينة بيت نجمة
    """.split(),
    """사랑 밤 마음 달 태양 바다 하늘 길 노래 비 꿈 인생 시간 불 물 바람 땅 도시 집 별""".split(),
)
_JAPANESE = """愛 夜 心 月 太陽 海 空 道 歌 雨 夢 人生 時間 火 水 風 東京 街
    家 星 さくら ひかり ありがとう カラオケ メロディー""".split()
#: Of a hundred names, so many are in Latin letters with marks, and in other scripts.
_WITH_MARKS, _OTHER_SCRIPTS = 12, 10
_RARE = 200_000
_LONGEST_TITLE = 5


class Names:
    """A vocabulary, and names of it."""

    def __init__(self, seed: int, *, words: int = _RARE) -> None:
        """Make up words that nobody has heard of, behind those that all know."""
        chance = np.random.default_rng([seed, 1])
        counts = chance.integers(2, 5, words)
        parts = chance.integers(0, len(_SYLLABLES), (words, 4))
        rare = (
            "".join(_SYLLABLES[at] for at in row[:count])
            for row, count in zip(parts, counts, strict=True)
        )
        self._words = [one.capitalize() for one in dict.fromkeys([*_COMMON, *rare])]

    def titles(self, number: int, chance: Chance) -> list[str]:
        """Answer what tracks are called."""
        lengths = chance.integers(1, _LONGEST_TITLE + 1, number)
        return self._mixed(number, chance, lambda at: self._said(chance, int(lengths[at])))

    def artists(self, number: int, chance: Chance) -> list[str]:
        """Answer what artists are called."""
        forms = chance.integers(0, 4, number)
        return self._mixed(number, chance, lambda at: self._artist(chance, int(forms[at])))

    def _artist(self, chance: Chance, form: int) -> str:
        if form == 0:
            return f"The {self._said(chance, 1)}s"
        if form == 1:
            return f"{_FIRST[chance.integers(len(_FIRST))]} {self._said(chance, 1)}"
        return self._said(chance, form - 1)

    def _said(self, chance: Chance, length: int) -> str:
        # As likely as rare: the logarithm of its place is even (Zipf with an exponent of one).
        places = len(self._words) ** chance.random(length)
        return " ".join(self._words[int(place) - 1] for place in places)

    def _mixed(self, number: int, chance: Chance, said: Callable[[int], str]) -> list[str]:
        kinds = chance.integers(0, 100, number)
        return [
            said(at)
            if kind >= _WITH_MARKS + _OTHER_SCRIPTS
            else _elsewhere(chance, int(kind), said, at)
            for at, kind in enumerate(kinds)
        ]


def _elsewhere(chance: Chance, kind: int, said: Callable[[int], str], at: int) -> str:
    if kind < _WITH_MARKS:
        return f"{_one(chance, _LATIN).capitalize()} {said(at)}"[:400]
    script = int(chance.integers(len(_OTHERS) + 1))
    if script == len(_OTHERS):
        return "".join(_one(chance, _JAPANESE) for _ in range(int(chance.integers(1, 4))))
    words = _OTHERS[script]
    return " ".join(_one(chance, words) for _ in range(int(chance.integers(1, 4)))).capitalize()


def _one(chance: Chance, words: Sequence[str]) -> str:
    return words[int(chance.integers(len(words)))]
