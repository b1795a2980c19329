"""Whether what a policy refers to refers back to its role: CloudFormation refuses such a circle."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from passrole.stacks.resources import Stack

_MENTIONS = re.compile(
    r"(?:\bRef\"?\s*:?\s*[\"']?|\bGetAtt\"?\s*:?\s*\[?\s*[\"']?|\$\{)([A-Za-z0-9]+)"
)


def mentioned(expression: Any) -> set[str]:
    """The names that Ref, Fn::GetAtt and Fn::Sub of an expression mention."""
    if isinstance(expression, dict):
        found = set()
        for key, value in expression.items():
            if key == "Ref":
                found.add(str(value))
            elif key == "Fn::GetAtt":
                found.add(str(value[0]))
            elif key == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                found |= set(re.findall(r"\$\{([A-Za-z0-9]+)", text))
                found |= mentioned(value)
            else:
                found |= mentioned(value)
        return found
    if isinstance(expression, list):
        return {name for item in expression for name in mentioned(item)}
    return set()


class Mentions:
    """Which resources of a template mention which, as it is written, and as it will be."""

    def __init__(self, stack: Stack) -> None:
        self._of = {
            name: self._written(stack, name) & stack.resources.keys() for name in stack.resources
        }

    @staticmethod
    def _written(stack: Stack, name: str) -> set[str]:
        resource = stack.resources[name]
        found = set(_MENTIONS.findall(resource.origin.code))
        return found | set(resource.depends_on)

    def replace(self, name: str, mentions: Iterable[str]) -> None:
        """Note what a resource is to mention instead."""
        self._of[name] = {each for each in mentions if each in self._of}

    def lead_to(self, start: Iterable[str], end: str) -> bool:
        """Whether one of some resources leads to another, by what they mention."""
        waiting, seen = [each for each in start if each in self._of], set[str]()
        while waiting:
            each = waiting.pop()
            if each == end:
                return True
            if each not in seen:
                seen.add(each)
                waiting.extend(self._of.get(each, ()))
        return False
