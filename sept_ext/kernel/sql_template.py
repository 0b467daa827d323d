"""What a template becomes: loops gone through, branches chosen; every value is still bound, none is pasted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sept_ext.core.errors import BadInput
from sept_ext.core.sql_parsed import Parameter, ParsedSql
from sept_ext.core.sql_template import Node, loop_names, set_of

from .sql_statement import evaluate

VALUES = "_sept_values"
"""The name under which the made text finds the values of expressions that stood in a loop."""

MAX_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class LoopState:
    """`loop` inside a `{% for %}`, as in Jinja."""

    index0: int
    length: int

    @property
    def index(self) -> int:
        """Counted from 1."""
        return self.index0 + 1

    @property
    def first(self) -> bool:
        """Whether this is the first round."""
        return self.index0 == 0

    @property
    def last(self) -> bool:
        """Whether this is the last round."""
        return self.index == self.length


def expand(parsed: ParsedSql, namespace: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The SQL that a template makes of the user's names, and what to add to those to bind its parameters.

    Raises BadInput for an expression that fails, and for a text of more than a million characters.
    """
    made = _Made(parsed, dict(namespace))
    made.stretch(0, len(parsed.text), parsed.template, {})
    return "".join(made.texts), {VALUES: made.values}


@dataclass
class _Made:
    parsed: ParsedSql
    namespace: dict[str, Any]
    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    length: int = 0

    def stretch(self, start: int, end: int, nodes: tuple[Node, ...], scope: dict[str, Any]) -> None:
        """The text between two places, with the nodes in it carried out."""
        for node in nodes:
            self._text(start, node.start, scope)
            self._node(node, scope)
            start = node.end
        self._text(start, end, scope)

    def _node(self, node: Node, scope: dict[str, Any]) -> None:
        setting = set_of(node.tag) if node.word == "set" else None
        if setting is not None:
            scope[setting[0]] = self._value(setting[1], scope)
        elif node.word == "for":
            self._loop(node, scope)
        else:
            for branch in node.branches:
                if branch.tag.word == "else" or self._value(f"bool({branch.tag.rest})", scope, branch.tag.rest):
                    self.stretch(branch.start, branch.end, branch.nodes, scope)
                    return

    def _loop(self, node: Node, scope: dict[str, Any]) -> None:
        body, *otherwise = node.branches
        names = loop_names(node.tag.rest)
        every = f"[({' '.join(f'{name},' for name in names)}) for {node.tag.rest}]"
        rounds = self._value(every, scope, f"for {node.tag.rest}")
        for number, values in enumerate(rounds):
            inner = scope | dict(zip(names, values, strict=True)) | {"loop": LoopState(number, len(rounds))}
            self.stretch(body.start, body.end, body.nodes, inner)
        if not rounds and otherwise:
            self.stretch(otherwise[0].start, otherwise[0].end, otherwise[0].nodes, dict(scope))

    def _text(self, start: int, end: int, scope: dict[str, Any]) -> None:
        for first, last, parameter in self._pieces(start, end):
            text = self.parsed.text[first:last]
            if parameter is not None and scope:
                identifier = " | identifier" if parameter.kind == "identifier" else ""
                text = f"{{{{ {VALUES}[{len(self.values)}]{identifier} }}}}"
                self.values.append(self._value(parameter.text, scope))
            self.texts.append(text)
            self.length += len(text)
        if self.length > MAX_CHARS:
            raise BadInput(f"The loops of this cell make more than {MAX_CHARS:,} characters of SQL.")

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int, Parameter | None]]:
        place = start
        for parameter in self.parsed.parameters:
            if start <= parameter.start < end:
                yield place, parameter.start, None
                yield parameter.start, parameter.end, parameter
                place = parameter.end
        yield place, end, None

    def _value(self, expression: str, scope: dict[str, Any], told: str | None = None) -> Any:
        return evaluate(expression, self.namespace | scope if scope else self.namespace, told)
