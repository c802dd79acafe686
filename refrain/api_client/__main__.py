"""Writes the client anew: `python -m refrain.api_client`, or `make client`."""

from pathlib import Path
from typing import cast

from ingest.desk import Desk
from refrain.api_client.writing import stub, table
from stream.api.openapi import describe
from stream.api.routes import api_routes

if __name__ == "__main__":
    here = Path(__file__).parent
    # What the routes say of themselves needs no desk.
    told = describe(api_routes(cast("Desk", None)), version="")
    (here / "operations.json").write_text(table(told))
    (here / "operations.pyi").write_text(stub(told))
