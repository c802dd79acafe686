import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from, text

from catalog.credit_roles import ArtistRole, Named
from ingest.crediting import joined_in_order, line_of, named_in
from ingest.lines import line_in, lines_in

FEATURED = ArtistRole.FEATURED


@pytest.mark.parametrize(
    ("line", "names", "named"),
    [
        ("Ada", [], [("Ada", "main", "")]),
        ("Simon & Garfunkel", [], [("Simon & Garfunkel", "main", "")]),
        ("Ada feat. Bo", [], [("Ada", "main", " feat. "), ("Bo", "featured", "")]),
        ("Ada (ft. Bo)", [], [("Ada", "main", " (ft. "), ("Bo", "featured", ")")]),
        (
            "Ada & Bo feat. Cy",
            ["Ada", "Bo", "Cy"],
            [("Ada", "main", " & "), ("Bo", "main", " feat. "), ("Cy", "featured", "")],
        ),
        ("Ada with Bo", ["Ada", "Bo"], [("Ada", "main", " with "), ("Bo", "with", "")]),
        (
            "Somebody else",
            ["Ada", "Bo", "Cy"],
            [("Ada", "main", ", "), ("Bo", "main", " & "), ("Cy", "main", "")],
        ),
        ("Various Artists", [], []),
        ("V.A.", [], []),
        (None, [], []),
    ],
)
def test_a_line_names_artists_in_order(
    line: str | None, names: list[str], named: list[tuple[str, str, str]]
) -> None:
    found = named_in(line, names)

    assert [(one.name, str(one.role), one.joined) for one in found] == named


@given(
    lists(
        text("abc &,", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=2, max_size=5
    )
)
def test_names_told_one_by_one_make_their_line_again(names: list[str]) -> None:
    line = line_of(joined_in_order(names))

    assert line_of(named_in(line, names)) == line


@given(text(), lists(sampled_from(["Ada", "Bo", "feat."]), max_size=3))
def test_any_line_names_somebody_or_nobody(line: str, names: list[str]) -> None:
    assert all(one.name for one in named_in(line, names)) or not line.strip()


def test_ids_are_told_in_the_order_of_names_or_not_at_all() -> None:
    both = named_in("Ada & Bo", ["Ada", "Bo"], ["1", "2"])

    assert [one.mbid for one in both] == ["1", "2"]
    assert named_in("Ada", [], ["1", "2"]) == (Named(name="Ada"),)


@pytest.mark.parametrize(
    ("said", "p", "c"),
    [
        ("℗ 2026 Our Own", (2026, "Our Own"), None),
        ("(C) 2025 Pub Ltd. (P) 2026 Our Own", (2026, "Our Own"), (2025, "Pub Ltd.")),
        ("℗ & © 2026 Our Own", (2026, "Our Own"), (2026, "Our Own")),
        ("2026 Our Own", None, (2026, "Our Own")),
        ("Copyright Ada", None, (None, "Ada")),
        ("", None, None),
        ("©", None, None),
        ("2026", None, None),
    ],
)
def test_lines_of_rights(said: str, p: object, c: object) -> None:
    assert lines_in(said) == (p, c)


@given(text())
def test_any_line_of_rights_is_read_to_some_end(said: str) -> None:
    lines_in(f"(P) {said} ©")
    line_in(said)
