from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from base.settings import load_settings
from base.ticket_secrets import ticket_secret


def test_servers_that_start_at_once_find_one_secret_and_all_of_it(tmp_path: Path) -> None:
    settings, start = load_settings(data_dir=tmp_path / "data"), Barrier(8)

    def found() -> bytes:
        start.wait()
        return ticket_secret(settings)

    with ThreadPoolExecutor(8) as pool:
        secrets = {one.result() for one in [pool.submit(found) for _ in range(8)]}

    [secret] = secrets
    assert len(secret) >= 32
    assert [path.name for path in settings.data_dir.iterdir()] == ["ticket.secret"]
