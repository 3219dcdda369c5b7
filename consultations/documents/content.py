"""Between the dataclass tree and plain content, with the domain's own closed lists as their values."""

from __future__ import annotations

import enum
from typing import Any, TypeVar

import msgspec

from .printable import printable_content

T = TypeVar("T")


def to_content(tree: object) -> Any:
    """Dicts, lists, numbers and printable strings."""
    return printable_content(msgspec.to_builtins(tree, enc_hook=_value))


def from_content(content: object, shape: type[T]) -> T:
    """The tree of that shape. Raises msgspec.ValidationError, which says where the content does not fit."""
    return msgspec.convert(content, shape, dec_hook=_choice)


def schema_of(shape: type) -> dict[str, Any]:
    """JSON Schema of the shape; every field is required and none may be added."""
    schema = msgspec.json.schema(shape, schema_hook=_choices)
    for definition in schema["$defs"].values():
        # A field that the schema does not know could print a number that nobody checks.
        definition["additionalProperties"] = False
        definition["required"] = list(definition["properties"])
    return schema


# msgspec does not take Django's choices for enumerations, as their metaclass is not enum's own.
def _value(choice: object) -> object:
    if isinstance(choice, enum.Enum):
        return choice.value
    raise NotImplementedError(type(choice))


def _choice(shape: type, content: object) -> object:
    return shape(content)


def _choices(shape: type) -> dict[str, Any]:
    if issubclass(shape, enum.Enum):
        return {"enum": [choice.value for choice in shape]}
    raise NotImplementedError(shape)
