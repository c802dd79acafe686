"""The part of the table of the interface that lets anybody check the books."""

from __future__ import annotations

from datetime import date

from catalog.permissions import Permission
from stream.api.asking import PayeeName
from stream.api.openapi import Route
from stream.api.proofs import (
    ProofDocument,
    ProofQuery,
    RootDocument,
    RootList,
    get_payee_proof,
    get_play_proof,
    get_root,
    get_roots,
    get_verifier,
)


def proof_routes() -> list[Route]:
    """Answer every operation about proofs."""
    return [
        Route(
            method="GET",
            path="/api/v1/books/roots",
            handler=get_roots,
            needs=Permission.BOOKS_VERIFY,
            summary="The Merkle root of each day of the books, for anybody to keep.",
            answers={200: RootList},
            problems=(),
        ),
        Route(
            method="GET",
            path="/api/v1/books/roots/{day}",
            places={"day": date},
            handler=get_root,
            needs=Permission.BOOKS_VERIFY,
            summary="The Merkle root of one day, which never changes.",
            answers={200: RootDocument},
            problems=(404,),
        ),
        Route(
            method="GET",
            path="/api/v1/books/verifier.py",
            handler=get_verifier,
            needs=Permission.BOOKS_VERIFY,
            summary="A program that checks proofs against roots, and needs Python alone.",
            answers={200: "text/x-python"},
            problems=(),
        ),
        Route(
            method="GET",
            path="/api/v1/plays/{play}/proof",
            handler=get_play_proof,
            needs=Permission.WALLET_READ,
            summary="What was booked of a play, with the path to the root of its day.",
            answers={200: ProofDocument},
        ),
        Route(
            method="GET",
            path="/api/v1/payees/{payee}/proof",
            places={"payee": PayeeName},
            handler=get_payee_proof,
            needs=Permission.EARNINGS_READ,
            summary="All that was booked for a payee within a time, with the path of each.",
            query=ProofQuery,
            answers={200: ProofDocument},
            problems=(401, 403, 422),
        ),
    ]
