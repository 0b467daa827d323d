"""BigQuery, by Google's own client: one job a statement, rows as Arrow, values as query parameters.

Tested with the real client against bqemulator (`make test-warehouses`). Not tested: the list of
relations and errors (the emulator), Google's log-in, rows by the Storage API, cancelling (no project).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sept_ext.core.errors import BadInput, SqlError, Unavailable

from .arrow_frames import as_output, plain_arrow
from .base import ConnectionSpec, ConnectorInfo, FormField, QueryResult, columns_by_relation
from .dbapi import scalar_of

_TIMEOUT_S = 30
# How long a request that failed for a passing reason is tried again. The client's own measure is ten minutes, and an
# error of the query itself may look like one.
_RETRY_S = 15
_WITH_ROWS = {None, "SELECT", "SCRIPT", "CALL"}
# The first that fits; a bool is an int, a datetime a date.
_TYPES = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (str, "STRING"),
    (bytes, "BYTES"),
    (datetime, "DATETIME"),
    (date, "DATE"),
    (time, "TIME"),
)
_DATASET = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_SQL_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}


class BigquerySession:
    """A client of one project. There is no session: each statement is a job of its own."""

    placeholder = "?"

    def __init__(self, client: Any, dataset: str | None, *, is_emulated: bool) -> None:
        self._client = client
        self._dataset = dataset
        self._is_emulated = is_emulated
        self._job_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Always: nothing is kept open."""
        return True

    def execute(self, statement: str, values: Sequence[Any], output: str = "pandas") -> QueryResult:
        """Run one statement."""
        bigquery, errors = _driver()
        bound = [_bindable(value) for value in values]
        if None in bound:
            statement = _with_nulls(statement, bound)
        parameters = [_parameter(bigquery, value) for value in bound if value is not None]
        self._job_id = f"sept_{uuid4().hex}"
        retry = bigquery.DEFAULT_RETRY.with_timeout(_RETRY_S)
        try:
            config = bigquery.QueryJobConfig(query_parameters=parameters)
            job = self._client.query(
                statement, job_config=config, job_id=self._job_id, retry=retry, job_retry=None, timeout=_TIMEOUT_S
            )
            rows = job.result(retry=retry, job_retry=None)
            if job.statement_type not in _WITH_ROWS or not rows.schema:
                affected = job.num_dml_affected_rows
                return QueryResult(None, rows_affected=-1 if affected is None else affected)
            table = rows.to_arrow(create_bqstorage_client=not self._is_emulated)
            frame = as_output(table if output == "pandas" else plain_arrow(table), output)
            return QueryResult(frame, columns=tuple(table.column_names))
        except errors as error:
            raise SqlError(_message(error)) from error
        finally:
            self._job_id = None

    def relations(self) -> dict[str, tuple[str, ...]]:
        """Tables and views of the dataset with their columns; none without a dataset."""
        return self.relations_in(self._dataset) if self._dataset else {}

    def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
        """Tables and views of a dataset of the project, with their columns."""
        if not _DATASET.fullmatch(schema):
            raise BadInput(f"{schema!r} is no name of a dataset.")
        query = (
            f"SELECT table_name, column_name FROM `{schema}`.INFORMATION_SCHEMA.COLUMNS "  # noqa: S608
            "ORDER BY table_name, ordinal_position"
        )
        table: Any = self.execute(query, [], "arrow").frame
        return columns_by_relation(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))

    def schemas(self) -> list[str]:
        """The other datasets of the project; hidden ones are left out."""
        _, errors = _driver()
        try:
            found = [one.dataset_id for one in self._client.list_datasets(timeout=_TIMEOUT_S)]
        except errors as error:
            raise SqlError(_message(error)) from error
        return [name for name in found if name != self._dataset]

    def columns_of(self, relation: str, schema: str | None) -> dict[str, str]:
        """Columns with their types, by a look at the table's description: it costs no query."""
        _, errors = _driver()
        dataset = schema or self._dataset
        try:
            table = self._client.get_table(f"{self._client.project}.{dataset}.{relation}", timeout=_TIMEOUT_S)
        except errors as error:
            if getattr(error, "code", None) == 404:
                return {}
            raise SqlError(_message(error)) from error
        return {field.name: _type_of(field) for field in table.schema}

    def data_state(self) -> str | None:
        """None: there is no mark that changes with every write."""
        return None

    def cancel(self) -> None:
        """Ask for the job to be stopped."""
        job_id = self._job_id
        if job_id is not None:
            with suppress(Exception):  # done meanwhile
                self._client.cancel_job(job_id, timeout=2)

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()


def _bindable(value: Any) -> Any:
    """Scalars of numpy and pandas as Python's own."""
    return str(value) if type(value).__name__ == "UUID" else scalar_of(value)


def _with_nulls(statement: str, values: Sequence[Any]) -> str:
    """The text with NULL in place of the parameters that are None: a parameter has a type, and NULL fits no other."""
    from sqlglot import TokenType, tokenize

    places = [t.start for t in tokenize(statement, read="bigquery") if t.token_type == TokenType.PLACEHOLDER]
    for place, value in reversed(list(zip(places, values, strict=True))):
        if value is None:
            statement = f"{statement[:place]}NULL{statement[place + 1 :]}"
    return statement


def _parameter(bigquery: Any, value: Any) -> Any:
    if isinstance(value, list | tuple):
        kind = _type(next((one for one in value if one is not None), ""))
        return bigquery.ArrayQueryParameter(None, kind, list(value))
    return bigquery.ScalarQueryParameter(None, _type(value), value)


def _type(value: Any) -> str:
    if isinstance(value, Decimal):
        digits = value.as_tuple()
        scale = -int(digits.exponent) if value.is_finite() else 0
        return "NUMERIC" if scale <= 9 and len(digits.digits) - scale <= 29 else "BIGNUMERIC"
    if isinstance(value, datetime) and value.tzinfo is not None:
        return "TIMESTAMP"
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return name
    raise BadInput(f"BigQuery has no parameter for a value of type {type(value).__name__}.")


def _type_of(field: Any) -> str:
    """A column's type as SQL writes it: the descriptions still have the names of the old dialect."""
    name = _SQL_NAMES.get(field.field_type, field.field_type)
    return f"ARRAY<{name}>" if field.mode == "REPEATED" else str(name)


def _driver() -> tuple[Any, tuple[type[Exception], ...]]:
    from google.api_core.exceptions import GoogleAPIError  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from google.auth.exceptions import GoogleAuthError  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from google.cloud import bigquery  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return bigquery, (GoogleAPIError, GoogleAuthError)


def _message(error: Exception) -> str:
    error = getattr(error, "cause", None) or error  # of what was tried again until the time was over
    found = getattr(error, "errors", None)
    first = found[0].get("message") if isinstance(found, list) and found and isinstance(found[0], dict) else None
    return str(first or getattr(error, "message", None) or error)


def _credentials(spec: ConnectionSpec) -> Any:
    """Of a service account's key (the secret, JSON); without one those of the machine; none for an emulator."""
    if spec.parameters.get("api_endpoint") and not spec.secret:
        from google.auth.credentials import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            AnonymousCredentials,
        )

        return AnonymousCredentials()
    if not spec.secret:
        return None
    from google.oauth2 import service_account  # type: ignore[import-untyped,import-not-found,unused-ignore]

    try:
        return service_account.Credentials.from_service_account_info(json.loads(spec.secret))
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"Connection {spec.name!r}: the secret must be the JSON key of a service account.") from None


class BigqueryConnector:
    """Projects of BigQuery. Nothing can be made read-only here: give such a connection an account that only reads."""

    info = ConnectorInfo(
        kind="bigquery",
        title="BigQuery",
        dialect="bigquery",
        fields=(
            FormField("project", "Project", is_required=True),
            FormField("dataset", "Dataset"),
            FormField("location", "Location", placeholder="EU"),
        ),
        has_secret=True,
        extra="bigquery",
    )

    def open(self, spec: ConnectionSpec) -> BigquerySession:
        """Make a client; Google is asked with the first statement."""
        try:
            bigquery, errors = _driver()
        except ImportError:
            raise Unavailable(
                f"Connection {spec.name!r} needs Google's client: pip install 'sept-ext[bigquery]'."
            ) from None
        project, dataset = spec.parameters.get("project"), spec.parameters.get("dataset")
        endpoint = spec.parameters.get("api_endpoint")
        try:
            config = bigquery.QueryJobConfig(default_dataset=f"{project}.{dataset}") if dataset else None
            client = bigquery.Client(
                project=project,
                location=spec.parameters.get("location") or None,
                credentials=_credentials(spec),
                default_query_job_config=config,
                client_options={"api_endpoint": endpoint} if endpoint else None,
            )
        except errors as error:
            raise Unavailable(f"Connection {spec.name!r}: Google did not let us in: {_message(error)}") from None
        return BigquerySession(client, dataset, is_emulated=bool(endpoint))


CONNECTOR = BigqueryConnector()
