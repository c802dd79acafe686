"""`python -m refrain` is `refrain`."""

import gc

# What a program loads stays: to look for rings in it takes a quarter of the time until it serves.
gc.set_threshold(50_000)

from refrain.cli import main  # noqa: E402 - see above

main()
