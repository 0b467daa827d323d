"""Digests of functions, methods and generators: their code, and what they hold."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, CodeType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

from .code_names import global_names
from .digest_feeder import OBJECT, Feeder, NoDigestError
from .type_facts import OWN, is_in_library, module_of, qualname_of


def feed_function(feeder: Feeder, function: FunctionType, depth: int) -> None:
    """A function is its code; what its global names mean is looked up when it is called, and noted here.

    One of a library is its name, if the library has it under that name: decorators copy names.
    """
    feeder.feed(function.__module__, depth + 1)
    feeder.feed(function.__qualname__, depth + 1)
    if is_in_library(function, function.__module__, function.__qualname__) and function.__closure__ is None:
        return
    _globals(feeder, function, depth)
    feed_code(feeder, function.__code__, depth)
    feeder.feed(function.__name__, depth + 1)
    feeder.feed(function.__doc__, depth + 1)
    feeder.items(function.__defaults__ or (), depth)
    feeder.mapping(function.__kwdefaults__ or {}, depth)
    feeder.mapping(function.__annotations__, depth)
    feeder.mapping(function.__dict__, depth)
    feeder.items(function.__closure__ or (), depth)


def _globals(feeder: Feeder, function: FunctionType, depth: int) -> None:
    """The user's global names that it uses; of a function with globals of its own (`exec(code, {})`) their values."""
    names = function.__globals__
    if names is feeder.namespace:
        _note_globals(feeder, function.__code__)
        return
    module = sys.modules.get(names.get("__name__", ""))
    if module is not None and module.__name__ != OWN and vars(module) is names:
        return
    reads, writes = global_names(function.__code__)
    if writes:
        raise NoDigestError
    for name in sorted(reads & names.keys()):
        feeder.feed(name, depth + 1)
        feeder.feed(names[name], depth + 1)


def _note_globals(feeder: Feeder, code: CodeType) -> None:
    reads, writes = global_names(code)
    feeder.found.reads.update(name for name in reads if _is_own_name(feeder, name))
    feeder.found.writes.update(writes)


def _is_own_name(feeder: Feeder, name: str) -> bool:
    """Whether a later cell may give the name another meaning: not what Python or a module gives."""
    return not issubclass(type(feeder.namespace.get(name)), ModuleType) and name in feeder.namespace


def feed_code(feeder: Feeder, code: CodeType, depth: int) -> None:
    """All of a code object that changes what it does; not its lines."""
    feeder.count(OBJECT)
    feeder.spend(len(code.co_code))
    called = (code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    feeder.update(code.co_code + repr((called, names, code.co_exceptiontable, len(code.co_consts))).encode())
    for const in code.co_consts:
        if type(const) is CodeType:
            feed_code(feeder, const, depth + 1)
        elif type(const) is str or type(const) is bytes:
            feeder.text(const)
        elif type(const) is frozenset:
            feeder.update(repr(sorted(map(repr, const))).encode())
        elif type(const) is int:
            feeder.feed(const, depth + 1)
        else:
            feeder.update(repr(const).encode())


def feed_method(feeder: Feeder, value: MethodType, depth: int) -> None:
    """A bound method: its object and its function."""
    if _is_hidden(value.__self__):
        feeder.update(getattr(value.__func__, "__qualname__", "").encode())
        return
    feeder.feed(value.__self__, depth + 1)
    feeder.feed(value.__func__, depth + 1)


def feed_builtin(feeder: Feeder, value: BuiltinFunctionType, depth: int) -> None:
    """A function of C: its name, and the object it is bound to."""
    owner = value.__self__
    feeder.update(f"{value.__module__}.{value.__qualname__}".encode())
    # `items.append`, kept to be called later
    if owner is not None and not issubclass(type(owner), ModuleType) and not _is_hidden(owner):
        feeder.feed(owner, depth + 1)


def feed_generator(feeder: Feeder, value: GeneratorType[Any, Any, Any], depth: int) -> None:
    """One that did not begin, or has ended: what it holds between two steps stands where nobody can look."""
    feeder.note(value)
    frame = value.gi_frame
    if value.gi_running or (frame is not None and value.gi_suspended):
        raise NoDigestError
    _note_globals(feeder, value.gi_code)
    feeder.feed(value.__qualname__, depth + 1)
    feed_code(feeder, value.gi_code, depth)
    if frame is not None:
        if frame.f_globals is not feeder.namespace:
            raise NoDigestError
        feeder.mapping(dict(frame.f_locals), depth)


def _is_hidden(value: Any) -> bool:
    """The generators behind `random.choice` and `numpy.random.rand`, which `HiddenStates` looks at."""
    kind = type(value)
    return (module_of(kind) == "random" and value is vars(sys.modules["random"]).get("_inst")) or (
        qualname_of(kind) == "RandomState" and value is getattr(sys.modules.get("numpy.random.mtrand"), "_rand", None)
    )
