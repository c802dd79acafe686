"""One prefix of one S3 bucket, and what its server's errors mean to us."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from base.errors import Broken, RefrainError, Refused, Unavailable
from base.storage.port import Key, missing

#: aioboto3 makes its clients at run time from AWS's descriptions: there is no type to name.
Client = Any
#: What a server answered, as AWS describes it.
Answer = Mapping[str, Any]

#: HEAD has no body to tell a code in, so the bare status stands for it.
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
#: A time-out, an operation in conflict, too many requests: time mends these.
_PASSING = frozenset({408, 409, 429})
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """An open client, and where in the bucket everything of ours lies."""

    client: Client
    name: str
    #: Empty, or ends in `/`.
    prefix: str

    def at(self, name: str) -> dict[str, str]:
        """Answer the arguments that tell the client where `name` lies."""
        return {"Bucket": self.name, "Key": f"{self.prefix}{name}"}

    async def pages(self, operation: str, prefix: str) -> AsyncIterator[Answer]:
        """Answer a listing of what lies below `prefix`, page by page."""
        pages = self.client.get_paginator(operation).paginate(
            Bucket=self.name, Prefix=f"{self.prefix}{prefix}"
        )
        with translated():
            async for page in pages:
                yield page


@contextmanager
def translated(key: Key | None = None) -> Iterator[None]:
    """Say the client's errors as ours; with a `key`, that it is missing too.

    Raises:
        Refused: `object-missing`; `upload-lost`, for a multipart upload that is no more.
        Unavailable: the server cannot be reached, or is at odds with itself.
        Broken: the server does not let us; its owner must mend that.

    """
    try:
        yield
    except ClientError as error:
        raise _meaning(error, key) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise Broken("storage-refused", f"The object storage needs credentials: {error}") from error
    except (BotoCoreError, OSError) as error:
        raise unavailable() from error


def unavailable() -> Unavailable:
    """Answer the error that says to try again."""
    return Unavailable(
        "storage-unavailable", "The object storage cannot be reached now; please try again."
    )


def code_of(error: ClientError) -> str:
    """Answer S3's name for an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _meaning(error: ClientError, key: Key | None) -> RefrainError:
    if key is not None and code_of(error) in _ABSENT:
        return missing(key)
    if code_of(error) == "NoSuchUpload":
        return Refused(
            "upload-lost", "The storage no longer has this upload; please begin again.", status=410
        )
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER_ERROR)
    if status >= _SERVER_ERROR or status in _PASSING:
        return unavailable()
    return Broken("storage-refused", f"The object storage refused: {error}")
