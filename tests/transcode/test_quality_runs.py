from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcode.runs import runs


@given(parts=st.lists(st.lists(st.booleans(), max_size=12), max_size=6))
def test_runs_are_found_whole_however_they_are_cut(parts: list[list[bool]]) -> None:
    found: list[int] = []
    begun: list[int] = []
    still_open = at = 0

    for part in parts:
        ended, still_open, starts = runs(np.array(part, np.bool_), before=still_open)
        found += ended.tolist()
        begun += (starts + at).tolist()
        at += len(part)

    whole = [value for part in parts for value in part]
    expected = [(value, len(list(group))) for value, group in groupby(whole)]
    goes_on = expected[-1][1] if expected and expected[-1][0] else 0
    lengths = [length for value, length in expected if value]
    assert found == (lengths[:-1] if goes_on else lengths)
    assert still_open == goes_on
    assert all(
        whole[start : start + n] == [True] * n for start, n in zip(begun, found, strict=True)
    )
    assert all(not start or not whole[start - 1] for start in begun)
