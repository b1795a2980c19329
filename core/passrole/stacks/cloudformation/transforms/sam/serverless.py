"""One template of SAM's: every resource of SAM's into what it is deployed as."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from passrole.documents.nodes import Mapping, Node, Problem, Scalar, Sequence
from passrole.stacks.cloudformation.generated import OpenNode, Pair, Workshop
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.sam.connectors import embedded, expand_connector
from passrole.stacks.cloudformation.transforms.sam.desk import (
    PREFIX,
    Declared,
    Desk,
    is_plain_mapping,
    present,
)
from passrole.stacks.cloudformation.transforms.sam.functions import expand_function
from passrole.stacks.cloudformation.transforms.sam.merging import with_globals
from passrole.stacks.cloudformation.transforms.sam.others import (
    expand_application,
    expand_http_api,
    expand_layer,
    expand_rest_api,
    expand_table,
    implicit_api,
)
from passrole.stacks.cloudformation.transforms.sam.sources import Event, events_of
from passrole.stacks.cloudformation.transforms.sam.state_machines import expand_state_machine
from passrole.stacks.cloudformation.transforms.walking import (
    long_form,
    plain_text,
    with_children,
)
from passrole.values import Value

_EXPANDED: dict[str, Callable[[Desk, Declared], None]] = {
    "Function": expand_function,
    "StateMachine": expand_state_machine,
    "SimpleTable": expand_table,
    "LayerVersion": expand_layer,
    "Application": expand_application,
    "Api": expand_rest_api,
    "HttpApi": expand_http_api,
}
_APIS = {"Api": "RestApiId", "HttpApi": "ApiId"}


class Serverless:
    """The transform of one template; ``problems`` grow on the way."""

    def __init__(self, workshop: Workshop, evaluate: Callable[[Node], Value]) -> None:
        self._workshop = workshop
        self._desk = Desk(workshop, evaluate)
        self.problems: list[tuple[Problem, Node]] = self._desk.problems

    def expanded(self, root: Mapping) -> Mapping:
        """The template without SAM's resources. Raises ``TooLarge``."""
        resources = root.get("Resources")
        if not isinstance(resources, Mapping):
            return root
        general = root.get("Globals")
        declared = [self._declared(key, node, general) for key, node in resources.pairs]
        desk = self._desk
        # What the template has itself comes first: nothing that is made takes its place.
        for key, node in resources.pairs:
            desk.resources[key.text] = (key, node)
        owners = [each for each in declared if each is not None]
        for owner in owners:
            self._expand(owner)
        self._connect(resources, owners)
        made = self._workshop.mapping(desk.resources.values(), resources)
        root = self._workshop.mapping(self._sections(root, made), root)
        return self._renamed(root)

    def _declared(self, key: Scalar, node: Node, general: Node | None) -> Declared | None:
        """A resource of SAM's; None for all others."""
        type_name = plain_text(node.get("Type")) if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or not (type_name or "").startswith(PREFIX):
            return None
        kind = (type_name or "").removeprefix(PREFIX)
        properties = present(node.get("Properties")) or self._workshop.mapping((), node)
        if not isinstance(properties, Mapping) or not is_plain_mapping(properties):
            why = properties.text if isinstance(properties, OpenNode) else "they are no mapping"
            reason = f"the properties of {key.text} are not known: {why}"
            properties = self._workshop.mapping((), node)
            self.problems.append((Problem("serverless", reason, key.start, key.end), key))
            return Declared(key.text, key, node, f"{kind}?", properties)
        section = general.get(kind) if isinstance(general, Mapping) else None
        if isinstance(section, Mapping):
            ignored = node.get("IgnoreGlobals")
            properties = with_globals(self._workshop, section, properties, ignored)
        return Declared(key.text, key, node, kind, properties)

    def _expand(self, owner: Declared) -> None:
        expand = _EXPANDED.get(owner.kind)
        if expand is None:
            if owner.kind != "Connector" and not owner.kind.endswith("?"):
                message = f"What {PREFIX}{owner.kind} makes is not analysed"
                self._desk.problem(message, owner.key)
            return
        loops = [key.text for key, _ in owner.properties.pairs if key.text.startswith("Fn::")]
        if loops:
            message = f"{owner.id} is not expanded: {loops[0]} may add anything to it"
            self._desk.problem(message, owner.key)
            return
        expand(self._desk, owner)
        if owner.kind == "Function":
            for event in events_of(self._desk, owner):
                name = _APIS.get(event.kind) if isinstance(event, Event) else None
                if isinstance(event, Event) and name is not None and event.get(name) is None:
                    implicit_api(self._desk, owner, event.kind)

    def _connect(self, resources: Mapping, owners: list[Declared]) -> None:
        """Connectors come last: they ask what the other resources became."""
        for owner in owners:
            if owner.kind == "Connector":
                del self._desk.resources[owner.id]
                expand_connector(self._desk, owner)
        for key, node in resources.pairs:
            if isinstance(node, Mapping) and node.get("Connectors") is not None:
                holder = Declared(key.text, key, node, "", self._workshop.mapping((), node))
                for connector, source in embedded(self._desk, holder):
                    expand_connector(self._desk, connector, source)

    def _sections(self, root: Mapping, resources: Mapping) -> list[Pair]:
        """The sections of the template with the new resources and conditions, without Globals."""
        pairs: list[Pair] = []
        conditions = self._desk.conditions
        for key, value in root.pairs:
            if key.text == "Resources":
                pairs.append((key, resources))
            elif key.text == "Conditions" and isinstance(value, Mapping) and conditions:
                both = [*conditions, *value.pairs]
                pairs.append((key, self._workshop.mapping(both, value)))
            elif key.text != "Globals":
                pairs.append((key, value))
        return pairs

    def _renamed(self, root: Mapping) -> Mapping:
        """``Id.Property`` of SAM's references into the ids of what was made."""
        names = self._desk.renamed
        if not names:
            return root
        found = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        inside = re.compile(r"\$\{(" + found + r")((?:\.[^}]*)?)\}")
        change = partial(self._changed, inside, {})
        pairs = [
            (key, change(value) if key.text in ("Resources", "Outputs", "Conditions") else value)
            for key, value in root.pairs
        ]
        return self._workshop.mapping(pairs, root)

    def _changed(self, inside: re.Pattern[str], done: dict[int, Node], node: Node) -> Node:
        """A node with the new ids in all that is below it."""
        made = done.get(id(node))
        if made is None:
            change = partial(self._changed, inside, done)
            made = self._reference(node, inside) or with_children(node, change, self._workshop)
            done[id(node)] = made
        return made

    def _reference(self, node: Node, inside: re.Pattern[str]) -> Node | None:
        """A Ref, Fn::GetAtt or text of Fn::Sub with the new id; None for all else."""
        names, workshop = self._desk.renamed, self._workshop
        call = call_of(node)
        if call is not None and call[0] == "Ref":
            made = names.get(plain_text(call[1]) or "")
            return None if made is None else workshop.call("Ref", workshop.scalar(made, node), node)
        if call is not None and call[0] == "Fn::GetAtt":
            items = call[1].items if isinstance(call[1], Sequence) else (call[1],)
            dotted = ".".join(plain_text(item) or "" for item in items)
            logical_id, _, rest = dotted.partition(".")
            name, _, last = rest.partition(".")
            made = names.get(f"{logical_id}.{name}")
            if made is None or not last:
                return None
            return workshop.build({"Fn::GetAtt": [made, last]}, node)
        if isinstance(node, Scalar) and "${" in node.text:
            text = inside.sub(lambda found: f"${{{names[found[1]]}{found[2]}}}", node.text)
            if text != node.text:
                return long_form(node, workshop.scalar(text, node), workshop)
        return None
