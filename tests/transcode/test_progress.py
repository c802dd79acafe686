from transcode.progress import Done, Task, Work


def test_a_rung_in_pieces_is_as_far_as_its_pieces_together() -> None:
    told: list[Done] = []
    work = Work([Task(seconds=30, rungs=("a", "b")), Task(seconds=10, rungs=("a",))], told.append)

    work.at(0, 1.0)
    work.at(1, 0.5)

    assert told[-1].rungs == {"a": 0.8 * 35 / 40, "b": 0.8}
    assert told[-1].whole == (0.8 * 35 / 40 + 0.8) / 2


def test_a_rung_is_done_when_it_was_heard_again() -> None:
    told: list[Done] = []
    work = Work([Task(seconds=30, rungs=("a", "b"))], told.append)

    work.at(0, 1.0)
    work.certified("a")
    work.certified("b")

    assert [done.whole for done in told] == [0.8, 0.9, 1.0]


def test_what_goes_back_is_not_told() -> None:
    told: list[Done] = []
    work = Work([Task(seconds=30, rungs=("a",))], told.append)

    work.at(0, 0.5)
    work.at(0, 0.25)
    work.at(0, 2.0)

    assert [done.whole for done in told] == [0.4, 0.8]
