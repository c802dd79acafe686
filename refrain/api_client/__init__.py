"""A client of the interface with types, that needs aiohttp and nothing of ours."""

from refrain.api_client.calling import Problem, Unreached, each_part, open_operations
from refrain.api_client.operations import Operations

__all__ = ["Operations", "Problem", "Unreached", "each_part", "open_operations"]
