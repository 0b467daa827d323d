"""From what a walk found to the public record of a cell."""

from __future__ import annotations

from .cell_spans import LazySpans
from .cells import CellAnalysis, CellLanguage, Problem, ProblemKind, Span
from .python_analysis import collect
from .python_frame import Frame
from .python_values import Position
from .source_hash import SourceHash


def to_analysis(
    source: str, frame: Frame, source_hash: SourceHash | str, *, language: CellLanguage = "python"
) -> CellAnalysis:
    """The record of a walked module frame; `source` is the cell's own text."""
    facts = collect(frame)
    problems: list[Problem] = [problem("opaque", reason, place) for reason, place in facts.opaque.items()]
    return CellAnalysis(
        reads=frozenset(facts.reads),
        writes=frozenset(facts.writes),
        problems=(*problems, *frame.relations.problems),
        kills=facts.kills,
        mutates=facts.mutates,
        deletes=facts.deletes,
        imports=facts.imports,
        deferred=facts.deferred,
        functions=facts.functions,
        leaves=facts.leaves,
        relations_read=frozenset(frame.relations.read),
        relations_written=frozenset(frame.relations.written),
        relations_changed=frozenset(frame.relations.changed),
        maybe_read=frozenset(frame.relations.variables),
        read_spans=LazySpans(facts.reads, source),
        write_spans=LazySpans(facts.writes, source),
        language=language,
        is_opaque=bool(facts.opaque) or frame.relations.unknown,
        source_hash=source_hash,
        text=source if language == "python" else "",
        provided=facts.provided,
    )


def problem(kind: ProblemKind, message: str, place: Position) -> Problem:
    """A problem at a place; the message gets its full stop."""
    return Problem(kind, message + ".", Span(*place))
