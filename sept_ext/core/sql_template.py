"""`{% for %}`, `{% if %}` and `{% set %}` around SQL: the tags of Jinja, with Python's expressions in them.

A template is a tree over places in the text. What it becomes is known when it runs (`kernel/sql_template.py`); before
that it is read in several ways, each with other branches taken: `without_tags`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .python_parse import try_expression

MAX_READINGS = 8
_TAG = re.compile(r"\{%[-+]?\s*(?P<word>\w*)\s*(?P<rest>.*?)\s*[-+]?%\}\Z", re.DOTALL)
_SET = re.compile(r"(?P<name>[^\W\d]\w*)\s*=(?!=)\s*(?P<value>.+)\Z", re.DOTALL)
_CLOSERS = {"endif": "if", "endfor": "for"}
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Tag:
    """One `{% word rest %}`, at `[start, end)` of the text."""

    word: str
    rest: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What stands between two tags. `tag` opens it: its expression is the condition, or what a loop goes through."""

    tag: Tag
    start: int
    end: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A loop, a choice or a setting with all its tags, at `[start, end)`.

    A loop's first branch is its body, a second one is for when there was nothing to go through. A setting has none.
    """

    word: str
    branches: tuple[Branch, ...]
    tag: Tag
    start: int
    end: int


class Malformed(Exception):
    """A template that is none: a sentence, and the tag it is about."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def tag_at(text: str, start: int, end: int) -> Tag:
    """The tag that stands there. Raises Malformed for words that are no tags, and expressions that are none."""
    found = _TAG.match(text[start:end])
    if found is None:
        raise Malformed("{% is not closed by %}.", start, end)
    tag = Tag(found["word"], found["rest"], start, end)
    if tag.word in ("if", "elif") and try_expression(tag.rest) is None:
        raise Malformed(f"{tag.rest!r} is no Python expression.", start, end)
    if tag.word == "for" and not isinstance(try_expression(f"[0 for {tag.rest}]"), ast.ListComp):
        raise Malformed(f"A loop is written {{% for x in values %}}, not {tag.rest!r}.", start, end)
    if tag.word == "set" and set_of(tag) is None:
        raise Malformed(f"A name is set by {{% set name = expression %}}, not {tag.rest!r}.", start, end)
    if tag.word not in ("if", "elif", "else", "endif", "for", "endfor", "set"):
        raise Malformed(f"There is no {{% {tag.word} %}} here; SQL cells know for, if and set.", start, end)
    return tag


def set_of(tag: Tag) -> tuple[str, str] | None:
    """The name and the expression of a `{% set %}`."""
    found = _SET.match(tag.rest)
    if found is None or try_expression(found["value"]) is None:
        return None
    return found["name"], found["value"]


def loop_names(clause: str) -> tuple[str, ...]:
    """The names that `x, y in pairs` gives values to."""
    tree = try_expression(f"[0 for {clause}]")
    assert isinstance(tree, ast.ListComp)
    targets = [node for generator in tree.generators for node in ast.walk(generator.target)]
    return tuple(dict.fromkeys(node.id for node in targets if isinstance(node, ast.Name)))


def tree_of(tags: list[Tag]) -> tuple[Node, ...]:
    """The tags as a tree. Raises Malformed where they do not close each other."""
    nodes, rest = _nodes(tags, None)
    if rest:
        raise Malformed(f"There is nothing that {{% {rest[0].word} %}} belongs to.", rest[0].start, rest[0].end)
    return nodes


def _nodes(tags: list[Tag], opener: Tag | None) -> tuple[tuple[Node, ...], list[Tag]]:
    """The nodes up to a tag that belongs to what is around them, and the tags from that one on."""
    nodes: list[Node] = []
    while tags:
        tag = tags[0]
        if tag.word == "set":
            nodes.append(Node("set", (), tag, tag.start, tag.end))
            tags = tags[1:]
        elif tag.word in ("if", "for"):
            node, tags = _block(tag, tags)
            nodes.append(node)
        else:
            return tuple(nodes), tags
    if opener is not None:
        raise Malformed(f"{{% {opener.word} %}} is not closed by {{% end{opener.word} %}}.", opener.start, opener.end)
    return tuple(nodes), tags


def _block(opener: Tag, tags: list[Tag]) -> tuple[Node, list[Tag]]:
    branches: list[Branch] = []
    tag = opener
    while True:
        nodes, tags = _nodes(tags[1:], opener)
        branches.append(Branch(tag, tag.end, tags[0].start, nodes))
        before, tag = tag, tags[0]
        if _CLOSERS.get(tag.word) == opener.word:
            return Node(opener.word, tuple(branches), opener, opener.start, tag.end), tags[1:]
        if before.word == "else" or not (tag.word == "else" or (tag.word == "elif" and opener.word == "if")):
            raise Malformed(f"{{% {tag.word} %}} cannot stand in this {{% {opener.word} %}}.", tag.start, tag.end)


def readings(nodes: tuple[Node, ...]) -> int:
    """In how many ways the template is to be read, so that each branch is in one of them (as far as they go)."""
    counts = [_choices(node) for node in all_nodes(nodes)]
    return min(max(counts, default=1) or 1, MAX_READINGS)


def all_nodes(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """The nodes, and those inside of them."""
    for node in nodes:
        yield node
        for branch in node.branches:
            yield from all_nodes(branch.nodes)


def _choices(node: Node) -> int:
    has_no_else = node.word == "if" and node.branches[-1].tag.word != "else"
    return len(node.branches) + has_no_else


def _taken(node: Node, reading: int) -> Branch | None:
    """The branch of a choice that a reading takes; None for the else that is not written."""
    place = min(reading, _choices(node) - 1)
    return node.branches[place] if place < len(node.branches) else None


def left_out(nodes: tuple[Node, ...], reading: int) -> Iterator[tuple[int, int]]:
    """The stretches of text that are not in a reading: all tags, and the branches that it does not take."""
    for node in nodes:
        branch = _taken(node, reading) if node.branches else None
        if branch is None:
            yield node.start, node.end
            continue
        yield node.start, branch.start
        yield from left_out(branch.nodes, reading)
        yield branch.end, node.end


def branches_read(nodes: tuple[Node, ...], reading: int, text: str) -> Iterator[Branch]:
    """The branches with words in them that a reading takes."""
    for node in nodes:
        branch = _taken(node, reading) if node.branches else None
        if branch is not None:
            if _WORD.search(text, branch.start, branch.end):
                yield branch
            yield from branches_read(branch.nodes, reading, text)
