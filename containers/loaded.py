"""Print the files of every module that a house loads: the rooms, and what they bring along.

Usage: python loaded.py
"""

import importlib
import pkgutil
import sys

_ROOMS = ("refrain", "stream", "workers", "ingest", "accounting", "transcode", "catalog", "base")
#: Not in an image: what measures in browsers, and what traces are told by.
_LEFT_OUT = frozenset({"playwright", "opentelemetry"})


def load(name: str) -> None:
    """Load a module, unless it needs what is left out."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in _LEFT_OUT:
            raise


def main() -> None:
    """Load all rooms, and look at what is there then."""
    for name in _ROOMS:
        room = importlib.import_module(name)
        for found in pkgutil.walk_packages(room.__path__, f"{name}."):
            if not found.name.endswith("__main__"):
                load(found.name)
    files = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    for file in sorted(file for file in files if file and file.endswith(".py")):
        if file.startswith(sys.prefix):
            print(file)


if __name__ == "__main__":
    main()
