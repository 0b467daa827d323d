"""Relations by the grammar of clauses alone: a reader of words for queries that the parser cannot parse.

It knows WITH and its scopes, FROM and JOIN lists with commas and brackets, SELECT INTO and what else names a relation
inside a query; expressions are looked through for sub-queries only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .sql_collector import Collector, Inner, Scope
from .sql_tokens import Word, keys
from .sql_uses import CORRELATED_PATHS, IN_TABLE, RESERVED, UNNAMED, RelationUse

Change = Callable[["Reader", int, int, Scope], bool]
_QUERY = frozenset(("SELECT", "WITH", "FROM", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE", "PIVOT"))
_AFTER_FROM = keys(
    "WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT MINUS WINDOW QUALIFY FETCH OFFSET SET WHEN"
    " RETURNING CONNECT START CLUSTER DISTRIBUTE SORT SETTINGS FORMAT PREWHERE OPTION INTO SELECT OUTPUT"
    " INSERT ON_CONFLICT |>"
)
_LOCKS = frozenset(("UPDATE", "SHARE", "NO", "KEY", "XML", "JSON", "BROWSE", "READ", "FETCH"))
_HINTS = frozenset(("NOLOCK", "READPAST", "UPDLOCK", "HOLDLOCK", "ROWLOCK", "TABLOCK", "TABLOCKX", "XLOCK", "INDEX"))
_NOT_INTO = keys("OUTFILE DUMPFILE VARIABLE")
_INTO = keys("TABLE TEMP TEMPORARY UNLOGGED INTO")
_NO_CTE = keys("TOTALS FILL CUBE ROLLUP TIES OFFSET CHECK READ CASCADED LOCAL NO DATA SCHEMABINDING")
# Words that stand before a name without being one.
_FILLERS = keys("ONLY LATERAL TABLE FINAL ROWS")
_OF_CODE = keys("QUERY CROSSTAB")
_SET_OPERATIONS = keys("UNION INTERSECT EXCEPT MINUS")
_IS_CLAUSE = frozenset(("FROM", "JOIN", "STRAIGHT_JOIN", "APPLY"))


class Reader(Collector):
    """A statement as words, read clause by clause."""

    def __init__(self, text: str, words: tuple[Word, ...], dialect: str, inner: Inner) -> None:
        super().__init__(text, words, dialect, inner)
        self.changes: Mapping[str, Change] = {}  # how to read INSERT, UPDATE ... inside brackets
        self.seen = 0  # how many sources FROM lists have had
        self.named: list[tuple[str, RelationUse]] = []  # sources of FROM lists under their aliases
        self.known: frozenset[str] = frozenset()  # all aliases in sight
        self.around: frozenset[str] = frozenset()  # those of the queries around this one

    # -- queries -----------------------------------------------------------------------------------------------------

    def query(self, start: int, end: int, scope: Scope = frozenset()) -> None:
        """A query (or a piece that may hold queries): the parser if it can, else clause by clause."""
        if start >= end:
            return
        uses = self.inner.query(self.piece(start, end), scope)
        if uses is not None:
            self.uses.add(uses)
            return
        before = self.seen
        self.scan(start, end, scope)
        if self.seen == before and any(self.is_odd(place) and self.is_odd(place + 1) for place in range(start, end)):
            self.doubts = True  # neither the parser nor the words say where rows come from

    def scan(self, place: int, end: int, scope: Scope, *, clauses: bool = True) -> None:
        """Words from `place` on; without `clauses` an expression: `EXTRACT(x FROM y)` has no FROM list."""
        while place < end:
            key = self.key(place)
            if key == "(":
                place = self.bracket(place, end, scope)
            elif key == "WITH" and self.is_cte(place):
                place, scope = self.ctes(place, end, scope)
            elif key == "IN" and self.dialect in IN_TABLE and self.is_name(place + 1) and self.key(place + 2) != "(":
                use, place = self.name(place + 1)
                self.read(use, scope)
            elif key == "TABLE" and not clauses and self._is_name_in_brackets(place + 1):
                self.read(self.name(place + 2)[0], scope)
                place = self.after(place + 1)
            elif key in ("TABLE", "PIVOT", "UNPIVOT") and self._is_source(place, key, clauses):
                use, place = self.name(place + 1)
                self.seen += 1
                self.read(use, scope)
            elif clauses:
                place = self._clause(place, end, scope, key)
            else:
                place += 1

    def expression(self, place: int, end: int) -> None:
        """An expression outside of any query: only its sub-queries matter."""
        self.scan(place, end, frozenset(), clauses=False)

    def bracket(self, place: int, end: int, scope: Scope) -> int:
        """What a bracket encloses: a query, a change that returns rows, or an expression. The place behind it."""
        close = self.inside(place, end)
        change = self.changes.get(self.key(place + 1))
        outer, self.named = self.named, []
        known, around, self.around = self.known, self.around, self.known
        if change is None or not change(self, place + 2, close, scope):
            self.scan(place + 1, close, scope, clauses=self.is_query(place + 1))
        self.named, self.known, self.around = outer, known, around
        return close + 1

    def _is_source(self, place: int, key: str, clauses: bool) -> bool:
        """TABLE t, as a query or an argument; DuckDB's PIVOT t."""
        if not self.is_name(place + 1):
            return False
        if key != "TABLE":
            return self.dialect == "duckdb" and self.key(place - 1) in ("", "(", ")")
        if clauses:
            return self.key(place - 1) not in ("INTO", "OVERWRITE")
        return self.key(place - 1) in ("(", ",", "=>")

    def _is_name_in_brackets(self, place: int) -> bool:
        """Whether `TABLE(s.t)`, an argument, goes on here."""
        return self.key(place) == "(" and self.is_name(place + 1) and self.name(place + 1)[1] == self.closes[place]

    def _clause(self, place: int, end: int, scope: Scope, key: str) -> int:
        if key == "FROM" and self.key(place - 1) == "DISTINCT" and self.key(place - 2) in ("IS", "NOT"):
            return place + 1
        if key in _SET_OPERATIONS:
            self.known = self.around
        if key in _IS_CLAUSE and not (key == "JOIN" and self.key(place - 1) in ("ARRAY", "FOR")):
            return self.sources(place + 1, end, scope)
        if key in ("INTO", "OVERWRITE") and self.dialect != "duckdb" and self.key(place + 1) not in _NOT_INTO:
            is_insert = key == "OVERWRITE" or self.key(place - 1) == "INSERT"
            place += 1
            while self.key(place) in _INTO and self.is_name(place + 1):
                place += 1
            if self.is_name(place):
                use, place = self.name(place)
                self.write(use, makes=not is_insert)
            return place
        return place + 1

    def is_query(self, place: int) -> bool:
        """Whether a query begins here, perhaps in further brackets."""
        while self.key(place) == "(":
            place += 1
        return self.key(place) in _QUERY and not self.is_at(place, "TABLE", "(")

    def is_cte(self, place: int) -> bool:
        """Whether the WITH at a place begins a CTE."""
        place += 1 + (self.key(place + 1) == "RECURSIVE")
        if self.dialect == "clickhouse" and self.key(place) not in _NO_CTE and self.key(place - 2) in ("", "("):
            return True  # WITH expression AS name
        if not self.is_name(place):
            return False
        place = self.after(place + 1) if self.key(place + 1) == "(" else place + 1
        return (self.key(place) == "AS" and self.key(place + 1) in ("(", "MATERIALIZED", "NOT")) or (
            self.is_at(place, "USING", "KEY")
        )

    def ctes(self, place: int, end: int, scope: Scope) -> tuple[int, Scope]:
        """A WITH clause; the place behind it and the names visible from there on."""
        recursive = self.key(place + 1) == "RECURSIVE" or self.dialect in ("tsql", "oracle", "snowflake", "sqlite")
        place += 1 + (self.key(place + 1) == "RECURSIVE")
        bodies: list[tuple[str, int, int]] = []
        while place < end:
            place = self._cte(place, end, scope, bodies)
            if self.key(place) != ",":
                break
            place += 1
        names = frozenset(name for name, _, _ in bodies)
        for name, opening, _ in bodies:
            before = len(self.uses.reads)
            self.bracket(opening, end, scope | names if recursive else scope)
            self.bodies[name] = self.uses.reads[before:]
            scope |= {name}
        return place, scope

    def _cte(self, place: int, end: int, scope: Scope, bodies: list[tuple[str, int, int]]) -> int:
        """One item of WITH goes to `bodies` (ClickHouse also has expressions here); the place behind it."""
        opening = self.find(place, end, ("AS",)) + 1
        while self.key(opening) in ("NOT", "MATERIALIZED"):
            opening += 1
        if self.key(opening) != "(" or not self.is_name(place):
            stop = self.find(place, end, (",", "SELECT"))
            self.scan(place, stop, scope, clauses=False)
            return stop
        close = self.inside(opening, end)
        bodies.append((self.words[place].text.lower(), opening, close))
        if self.key(close + 1) in ("SEARCH", "CYCLE"):
            return self.find(close + 1, end, (",", *_QUERY))
        return close + 1

    # -- FROM lists --------------------------------------------------------------------------------------------------

    def sources(self, place: int, end: int, scope: Scope) -> int:
        """A FROM list: sources parted by commas, up to the next clause or JOIN. The place behind it."""
        while True:
            place = self.source(place, end, scope)
            while place < end and self.key(place) != ",":
                if self._ends_sources(place):
                    return place
                if self.key(place) == "(":
                    place = self.bracket(place, end, scope)
                else:
                    place += 1 + (self.key(place) == "VALUES")
            if place >= end:
                return end
            place += 1

    def _ends_sources(self, place: int) -> bool:
        key = self.key(place)
        if key == "FOR":
            return self.key(place + 1) in _LOCKS
        if key == "JOIN" and self.key(place - 1) == "FOR":  # MySQL's IGNORE INDEX FOR JOIN
            return False
        return key in _AFTER_FROM or key in _IS_CLAUSE or (key == "LATERAL" and self.key(place + 1) == "VIEW")

    def source(self, place: int, end: int, scope: Scope) -> int:
        """One source of a FROM list; the place behind it (its alias may come next)."""
        self.seen += 1
        while self.key(place) in _FILLERS and (self.is_name(place + 1) or self.key(place + 1) in ("(", "FROM")):
            place += 1 + (self.key(place + 1) == "FROM")
        if place >= end or self.key(place) in _AFTER_FROM or self.key(place) in RESERVED:
            self.doubts = True
            return min(place, end)
        if self.key(place) == "(":
            after = self._enclosed(place, end, scope)
            self._alias(after, end)
            return after
        if self.key(place) == "UNPIVOT" and self.is_name(place + 1):  # Redshift walks an object
            return self.name(place + 1)[1]
        if not self.is_name(place) or self.key(place) == "VALUES" or self.is_variable(place):
            return self._other(place, end)
        use, after = self.name(place)
        if self.key(after) == "(" and self.key(after + 1) not in _HINTS:
            self._function(place, after, end, scope)
            after = self.after(after)
            self._alias(after, end)
            return after
        if not (len(use.parts) > 1 and self.dialect in CORRELATED_PATHS and use.parts[0].lower() in self.known):
            self.read(use, scope)
        named = self._alias(after, end) or use.parts[-1].lower()
        self.named.append((named, use))
        self.known |= {named}
        return after

    def _alias(self, place: int, end: int) -> str:
        """The alias at a place, which is known from there on; empty if there is none."""
        place += self.key(place) == "AS"
        if place >= end or not self.is_name(place) or self.words[place].is_keyword:
            return ""
        if self.is_odd(place) and self.is_odd(place + 1):
            self.doubts = True
        named = self.words[place].text.lower()
        self.known |= {named}
        return named

    def _enclosed(self, place: int, end: int, scope: Scope) -> int:
        """A sub-query, a function in TABLE(...), or `(a JOIN b ...)`; the place behind it."""
        close = self.inside(place, end)
        if (self.key(place - 1) == "TABLE" or self.is_at(place - 2, "ROWS", "FROM")) and not self.is_query(place + 1):
            self._function(place - 1, place, end, scope)
        elif self.is_query(place + 1):
            self.bracket(place, end, scope)
        else:
            self.scan(self.sources(place + 1, close, scope), close, scope)
        return close + 1

    def _function(self, place: int, bracket: int, end: int, scope: Scope) -> None:
        """A table function; some have the name of a relation, or SQL, in a string."""
        close = self.inside(bracket, end)
        key = self.key(place)
        if key in _OF_CODE and self.is_string(bracket + 1):
            self.run(self.words[bracket + 1].text)
        elif key == "TABLE":
            text = self.constant(bracket + 1, close)
            is_variable = close == bracket + 2 and self.key(bracket + 1)[:1] in ("?", "$", ":")
            if text is not None or is_variable:
                self.uses.reads.append(RelationUse(tuple((text or UNNAMED).split(".")), -1, -1))
        elif key == "GRAPH_TABLE" and self.is_name(bracket + 1):
            self.read(self.name(bracket + 1)[0])
        elif key == "QUERY_TABLE":
            names = [self.words[number].text for number in range(bracket + 1, close) if self.is_string(number)]
            self.uses.reads += [RelationUse(tuple(name.split(".")), -1, -1) for name in names]
        self.scan(bracket + 1, close, scope, clauses=False)

    def _other(self, place: int, end: int) -> int:
        """A file, a stage or a variable: no relation; what a parameter names is not known. The place behind it."""
        if self.key(place) == "?":
            self.uses.reads.append(RelationUse((UNNAMED,), -1, -1))
        if self.key(place) in ("@", "~", "/"):
            while (
                place + 1 < end and self.words[place + 1].start == self.words[place].end and self.key(place + 1) != ","
            ):
                place += 1
        return place + 1
