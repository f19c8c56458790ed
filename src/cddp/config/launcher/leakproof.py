"""The operators whose functions are marked LEAKPROOF, and why each one is.

Row-level security puts its own condition first. A condition of ours may use an index only if its function is
marked LEAKPROOF; otherwise PostgreSQL reads the whole town and filters (33 ms in place of 1.1 ms for a map
tile, measured on 1,000,000 rows). What is traded: a user who may write SQL could learn through an error
message or the run time of these functions that a row of another town exists. Nobody writes SQL here but the
program, and none of these functions puts a value into an error message. See docs/adr.

Only the function behind an operator matters; support functions of the index method need no mark. A function
call around a column (`upper(name) LIKE …`, which Django writes for `__icontains`) is leaky as a whole,
however `LIKE` is marked: search a column that was normalised when it was written, with `LIKE`.
"""

from __future__ import annotations

#: Signature → the operator and the query that needs it.
LEAKPROOF_FUNCTIONS: dict[str, str] = {
    "geometry_overlaps(geometry, geometry)": "geom && box: map tiles, pick, select by polygon",
    "geometry_within(geometry, geometry)": "geom @ box: rows wholly inside a selection",
    "geometry_contains(geometry, geometry)": "area ~ point: which community holds a house",
    "textlike(text, text)": "LIKE: search of a normalised name, address or code",
    "texticlike(text, text)": "ILIKE: search where letters of both cases are kept",
    "similarity_op(text, text)": "name % typed: names with typing errors (pg_trgm)",
    "word_similarity_op(text, text)": "typed <% text: a word inside a longer text (pg_trgm)",
    "word_similarity_commutator_op(text, text)": "text %> typed: the same, written from the column",
}

EXTENSIONS = ("postgis", "btree_gist", "btree_gin", "pg_trgm")


def missing_marks_query() -> str:
    """SQL that returns the signatures which exist here and are not yet marked (one text column)."""
    wanted = ", ".join(f"('{signature}')" for signature in LEAKPROOF_FUNCTIONS)
    return (
        f"SELECT wanted.signature FROM (VALUES {wanted}) AS wanted(signature) "
        "LEFT JOIN pg_proc ON pg_proc.oid = to_regprocedure(wanted.signature) "
        "WHERE NOT coalesce(pg_proc.proleakproof, false) ORDER BY 1"
    )


def mark_statement(signature: str) -> str:
    """SQL that a superuser runs to mark one function."""
    return f"ALTER FUNCTION {signature} LEAKPROOF"
