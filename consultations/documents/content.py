"""Between the dataclass tree and plain content."""

from __future__ import annotations

import enum
from inspect import cleandoc
from typing import Any, TypeVar

import msgspec

from .printable import printable_content

T = TypeVar("T")


def to_content(tree: object) -> Any:
    """Dicts, lists, numbers and printable strings."""
    return printable_content(msgspec.to_builtins(tree))


def from_content(content: object, shape: type[T]) -> T:
    """The tree of that shape. Raises msgspec.ValidationError, which says where the content does not fit."""
    return msgspec.convert(content, shape)


def printed(tree: T) -> T:
    """The same tree with every string in it as it is printed."""
    return from_content(to_content(tree), type(tree))


def schema_of(shape: type) -> dict[str, Any]:
    """JSON Schema of the shape; every field is required and none may be added."""
    schema = msgspec.json.schema(shape, schema_hook=_choices)
    for definition in schema["$defs"].values():
        # A field that the schema does not know could print a number that nobody checks.
        definition["additionalProperties"] = False
        definition["required"] = list(definition["properties"])
        # The docstring, which Python dedents only from 3.13 on.
        definition["description"] = cleandoc(definition["description"])
    return schema


def _choices(shape: type[enum.Enum]) -> dict[str, Any]:
    """Django's choices: msgspec reads and writes them, but does not describe what has a metaclass of its own."""
    return {"enum": [choice.value for choice in shape]}
