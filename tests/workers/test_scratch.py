import subprocess
import sys
from pathlib import Path

import pytest

from base.errors import Broken, Unavailable
from tests.support.masters import ROOT
from workers.scratch import NoRoom, Scratch, open_scratch, sweep

MIB = 1 << 20


def scratch_of(root: Path, most: int = 100 * MIB) -> Scratch:
    own = root / "own"
    own.mkdir(parents=True)
    return Scratch(root=root, own=own, most_bytes=most)


def test_a_folder_is_gone_when_its_job_is(tmp_path: Path) -> None:
    scratch = scratch_of(tmp_path)

    with scratch.folder(needs_bytes=MIB) as folder:
        (folder / "file").write_bytes(b"x")

    assert list(scratch.own.iterdir()) == []


def test_no_more_is_reserved_than_all_workers_together_may_take(tmp_path: Path) -> None:
    with (
        open_scratch(tmp_path, most_bytes=100 * MIB) as one,
        open_scratch(tmp_path, most_bytes=100 * MIB) as other,
        one.folder(needs_bytes=60 * MIB),
    ):
        with (
            pytest.raises(NoRoom, match="62914560 bytes of scratch, and 41943040 are free"),
            other.folder(needs_bytes=60 * MIB),
        ):
            pass
        with other.folder(needs_bytes=40 * MIB), other.folder():
            pass

    with open_scratch(tmp_path, most_bytes=100 * MIB) as one, one.folder(needs_bytes=60 * MIB):
        pass


def test_no_more_is_reserved_than_the_disk_has(tmp_path: Path) -> None:
    with (
        pytest.raises(NoRoom),
        scratch_of(tmp_path, most=1 << 60).folder(needs_bytes=1 << 59),
    ):
        pass


def test_a_full_disk_may_pass(tmp_path: Path) -> None:
    with (
        pytest.raises(Unavailable, match=r"The disk of .* is full"),
        scratch_of(tmp_path).folder(),
    ):
        Path("/dev/full").write_bytes(b"x")


def test_a_child_that_says_that_the_disk_is_full_is_believed(tmp_path: Path) -> None:
    with pytest.raises(Unavailable), scratch_of(tmp_path).folder():
        raise Broken("encode-failed", "ffmpeg failed: out.mp4: No space left on device / Error")


def test_other_errors_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="no reason given"), scratch_of(tmp_path).folder():
        raise Broken("encode-failed", "ffmpeg failed: no reason given")


def test_what_a_killed_worker_left_counts_no_more_and_is_removed_by_its_neighbour(
    tmp_path: Path,
) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from workers.scratch import open_scratch\n"
        f"with open_scratch(Path({str(tmp_path)!r}), most_bytes={100 * MIB}) as scratch:\n"
        f"    with scratch.folder(needs_bytes={90 * MIB}) as folder:\n"
        "        (folder / 'master').write_bytes(b'x')\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(60)\n"
    )
    with open_scratch(tmp_path, most_bytes=100 * MIB) as living:
        dying = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
        assert dying.stdout is not None
        assert dying.stdout.readline() == b"ready\n"
        sweep(tmp_path)
        assert len(list(tmp_path.iterdir())) == 2, "a living neighbour was swept"
        with pytest.raises(NoRoom), living.folder(needs_bytes=20 * MIB):
            pass

        dying.kill()
        dying.wait()
        dying.stdout.close()

        with living.folder(needs_bytes=20 * MIB):
            assert list(tmp_path.iterdir()) == [living.own]
