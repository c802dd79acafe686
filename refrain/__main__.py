"""`python -m refrain` is `refrain`, which begins here."""

from __future__ import annotations

import gc


def main() -> None:
    """Load the command line, without looking for rings in what is only just being made."""
    # A fifth of what loading takes; `refrain.starting` turns it on again, where work begins.
    gc.disable()
    from refrain.cli import main as run_command  # noqa: PLC0415 - see above

    run_command()


if __name__ == "__main__":
    main()
