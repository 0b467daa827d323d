"""Gathers the outputs of one run from the kernel's messages, as nbformat has them."""

from __future__ import annotations

from typing import Any

from .live_ports import CellOutcome

_DROPPED = "It was not run: another cell failed before its turn, or the kernel was interrupted."


class CellOutputs:
    """Outputs of one run; streams of one name are joined.

    `displays`: outputs by display id, of earlier runs too; a run may update what another one shows.
    """

    def __init__(self, displays: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self._displays = {} if displays is None else displays
        self._outputs: list[dict[str, Any]] = []
        self._count: int | None = None
        self._error: str | None = None
        self._clear_later = False

    def take(self, message: dict[str, Any]) -> None:
        """Take in one message of the IOPub channel; kinds that are no output are passed over."""
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_input":
            self._count = content["execution_count"]
        elif kind == "clear_output":
            self._clear_later = bool(content.get("wait"))
            if not self._clear_later:
                self._outputs.clear()
        elif kind in ("stream", "display_data", "execute_result", "error"):
            self._add(message)
        elif kind == "update_display_data":
            self._update(content)

    def outcome(self) -> CellOutcome:
        """What the run came to, once the kernel is idle again (or has so far)."""
        if self._count is None:
            # Every run that begins is announced with its number, so this one was dropped from the queue.
            return CellOutcome("error", None, [], _DROPPED)
        return CellOutcome("success" if self._error is None else "error", self._count, self._outputs, self._error)

    def _add(self, message: dict[str, Any]) -> None:
        from nbformat.v4 import output_from_msg

        if self._clear_later:
            self._outputs.clear()
            self._clear_later = False
        output: dict[str, Any] = dict(output_from_msg(message))  # type: ignore[no-untyped-call]
        last = self._outputs[-1] if self._outputs else {}
        if (
            output["output_type"] == "stream"
            and last.get("output_type") == "stream"
            and last["name"] == output["name"]
        ):
            last["text"] += output["text"]
            return
        if output["output_type"] == "error":
            self._error = f"{output['ename']}: {output['evalue']}"[:300]
        display_id = message["content"].get("transient", {}).get("display_id")
        if display_id is not None:
            self._displays.setdefault(display_id, []).append(output)
        self._outputs.append(output)

    def _update(self, content: dict[str, Any]) -> None:
        for output in self._displays.get(content.get("transient", {}).get("display_id"), ()):
            output["data"], output["metadata"] = content["data"], content["metadata"]
