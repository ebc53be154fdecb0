"""The tables of the database, the same for SQLite and PostgreSQL.

``events`` is the truth; ``rooms.version`` is the number of its last event, kept in the same transaction.
Tokens are stored as hashes only; names of people stand apart from the log, so that they can be deleted.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

SCHEMA = 1
"""Raised whenever a table changes; a database with a higher number is refused."""

metadata = MetaData()

about = Table(
    "negotiation_schema",
    metadata,
    Column("version", Integer, primary_key=True),
)

rooms = Table(
    "rooms",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("created", Float, nullable=False),
    Column("touched", Float, nullable=False),
    Column("version", Integer, nullable=False),
    Column("scenario", String(200), nullable=False),
    Column("config", Text, nullable=False),
    Column("closed", Float),
)

events = Table(
    "events",
    metadata,
    Column("room", String(16), ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("data", Text, nullable=False),
    Column("at", Float, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("room", String(16), ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("seat", String(3)),
    Column("person", String(16), nullable=False),
    Column("at", Float, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("room", String(16), ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    Column("person", String(16), primary_key=True),
    Column("name", String(80), nullable=False),
)

Index("rooms_touched", rooms.c.touched)
