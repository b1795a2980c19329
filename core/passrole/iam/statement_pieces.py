"""Statements cut into pieces: one resource, or one principal, at a time."""

from __future__ import annotations

from dataclasses import replace

from passrole.iam.principal_samples import ANYONE_ELSE
from passrole.iam.statements import Item, PrincipalEntry, Statement
from passrole.values import Unknown

Piece = Item | PrincipalEntry | None
"""One resource or one principal of a statement; None where it says all but some, or none at all."""


def pieces_of(statement: Statement) -> tuple[Piece, ...]:
    """The resources of a statement, or the principals of one that names none."""
    if "Principal" in statement.elements and "Resource" not in statement.elements:
        return tuple(dict.fromkeys(statement.principals)) or (None,)
    if "Resource" in statement.elements:
        return tuple(dict.fromkeys(statement.resources)) or (None,)
    return (None,)


def only(statement: Statement, piece: Piece) -> Statement:
    """The statement with nothing but one of its pieces."""
    if piece is None:
        return statement
    if isinstance(piece, PrincipalEntry) or "Resource" not in statement.elements:
        entry = piece if isinstance(piece, (PrincipalEntry, Unknown)) else ANYONE_ELSE
        return replace(statement, principals=(entry,))
    return replace(statement, resources=(piece,))
