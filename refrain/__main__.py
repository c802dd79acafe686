"""`python -m refrain` is `refrain`."""

from refrain.cli import main

main()
