"""Reads infrastructure code offline and says which permission a pipeline lacks.

This module is the front door: every name that a plugin may import stands in ``__all__``, and each
is imported when it is first asked for, so that ``passrole --version`` loads none of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from passrole._version import __version__

_ROOMS = {
    "passrole.hookspecs": ("hookimpl",),
    "passrole.rules": ("Option", "OptionValue", "Rule", "rule"),
    "passrole.symptoms": ("Symptom",),
    "passrole.records": ("NamedTuple", "frozen"),
    "passrole.changes": (
        "AddDependency", "AddItem", "AddKey", "AddPolicy", "AddStatement", "AddToElement",
        "AddToTemplate", "Change", "Data", "FirstOf", "InReferences", "Remove", "RemoveKey",
        "RenameKey", "Repair", "Repairing", "ReplaceValue",
    ),
    "passrole.findings": (
        "Category", "Confidence", "Edit", "Fix", "Holder", "Holding", "Related", "Report",
        "ReportOptions", "Reporter", "Results", "Severity", "Subject", "related_at",
    ),
    "passrole.executors": ("Executor", "Lost", "Work"),
    "passrole.errors": (
        "PassroleError", "PluginError", "PolicyError", "UsageError", "did_you_mean", "nearest",
    ),
    "passrole.stacks.resources": ("Resource", "ResourceType", "Stack", "Target"),
    "passrole.model.needs": (
        "ALWAYS", "TRUE_OR_FALSE", "ActionProvider", "Actor", "Basis", "Both", "Certainty",
        "ConfigurationKey", "Consumes", "Derived",
        "Either", "EncryptedArtifacts", "Given", "Mentions", "Need", "OtherAccount", "OwnRole",
        "OwnStack", "PipelineRoleReads", "PipelineRoleWrites", "Range", "Reaches", "ReadsArtifacts",
        "Service", "Setting", "Unless", "Via", "WritesArtifacts",
    ),
    "passrole.model.entities": (
        "BuildProject", "Entity", "EventRule", "EventTarget", "NotificationRule",
        "PolicyDocument", "Repository", "Webhook",
    ),
    "passrole.model.identities": (
        "AttachedPolicy", "Attachment", "BoundaryAttachment", "Group", "GroupMembership",
        "Identity", "IdentityProvider", "InstanceProfile", "ManagedPolicy", "PermissionSet",
        "PolicyAttachment", "Role", "ServiceLinkedRole", "User",
    ),
    "passrole.model.guarded": (
        "Bucket", "EventBus", "Function", "Guarded", "Key", "KeyAlias", "Queue",
        "ResourcePolicy", "SettingsApart", "Topic", "written_policy",
    ),
    "passrole.model.pipelines": (
        "Action", "ArtifactStore", "Pipeline", "Stage", "Trigger", "TriggerFilter",
    ),
    "passrole.model.operations": ("Caller", "Operation"),
    "passrole.model.buildspecs": ("Buildspec", "read_buildspec"),
    "passrole.model.commands": ("CommandCall", "command_calls"),
    "passrole.model.variables": (
        "Fetched", "fetched", "parameter_arn", "secret_arn", "variable_names",
    ),
    "passrole.iam.admissions": ("Admission", "Circle", "admissions"),
    "passrole.iam.arn_segments": ("arn_in", "split_arn"),
    "passrole.iam.grants": ("Breadth", "Grant", "grants_everything", "grants_in"),
    "passrole.graph.escalations": ("Escalation",),
    "passrole.graph.narrowing": (
        "also_on_resource", "apart_on_everything", "denied_beside", "only_on_resources",
        "under_condition", "without_actions",
    ),
    "passrole.graph.uses": ("Excess", "Use"),
    "passrole.graph.ways": ("Gate", "Step", "shortest_ways"),
    "passrole.iam.matching": ("action_truth",),
    "passrole.iam.reference.catalogue": ("takes_resources",),
    "passrole.iam.json_texts": ("value_from_json_text",),
    "passrole.iam.policies": (
        "Condition", "Policy", "PolicyKind", "PrincipalEntry", "Statement", "read_policy",
    ),
    "passrole.graph.questions": ("Graph",),
    "passrole.iam.decisions": ("Decision", "Verdict"),
    "passrole.values": (
        "ABSENT", "EVERYWHERE", "Absent", "Choice", "Hole", "Listing", "Origin", "Record", "Text",
        "Truth", "Unknown", "Value", "World", "cases", "defaults_in", "elements", "get", "known",
        "join", "literal", "names_secret", "over_leaves", "without_choices",
    ),
    "passrole.documents.locations": ("Location",),
    "passrole.documents.nodes": ("Document",),
}  # fmt: skip
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = ["__version__", *_ROOM_OF]  # noqa: PLE0604 - every name in _ROOM_OF is a string

if TYPE_CHECKING:
    from passrole.changes import AddDependency as AddDependency
    from passrole.changes import AddItem as AddItem
    from passrole.changes import AddKey as AddKey
    from passrole.changes import AddPolicy as AddPolicy
    from passrole.changes import AddStatement as AddStatement
    from passrole.changes import AddToElement as AddToElement
    from passrole.changes import AddToTemplate as AddToTemplate
    from passrole.changes import Change as Change
    from passrole.changes import Data as Data
    from passrole.changes import FirstOf as FirstOf
    from passrole.changes import InReferences as InReferences
    from passrole.changes import Remove as Remove
    from passrole.changes import RemoveKey as RemoveKey
    from passrole.changes import RenameKey as RenameKey
    from passrole.changes import Repair as Repair
    from passrole.changes import Repairing as Repairing
    from passrole.changes import ReplaceValue as ReplaceValue
    from passrole.documents.locations import Location as Location
    from passrole.documents.nodes import Document as Document
    from passrole.errors import PassroleError as PassroleError
    from passrole.errors import PluginError as PluginError
    from passrole.errors import PolicyError as PolicyError
    from passrole.errors import UsageError as UsageError
    from passrole.errors import did_you_mean as did_you_mean
    from passrole.errors import nearest as nearest
    from passrole.executors import Executor as Executor
    from passrole.executors import Lost as Lost
    from passrole.executors import Work as Work
    from passrole.findings import Category as Category
    from passrole.findings import Confidence as Confidence
    from passrole.findings import Edit as Edit
    from passrole.findings import Fix as Fix
    from passrole.findings import Holder as Holder
    from passrole.findings import Holding as Holding
    from passrole.findings import Related as Related
    from passrole.findings import Report as Report
    from passrole.findings import Reporter as Reporter
    from passrole.findings import ReportOptions as ReportOptions
    from passrole.findings import Results as Results
    from passrole.findings import Severity as Severity
    from passrole.findings import Subject as Subject
    from passrole.findings import related_at as related_at
    from passrole.graph.escalations import Escalation as Escalation
    from passrole.graph.narrowing import also_on_resource as also_on_resource
    from passrole.graph.narrowing import apart_on_everything as apart_on_everything
    from passrole.graph.narrowing import denied_beside as denied_beside
    from passrole.graph.narrowing import only_on_resources as only_on_resources
    from passrole.graph.narrowing import under_condition as under_condition
    from passrole.graph.narrowing import without_actions as without_actions
    from passrole.graph.questions import Graph as Graph
    from passrole.graph.uses import Excess as Excess
    from passrole.graph.uses import Use as Use
    from passrole.graph.ways import Gate as Gate
    from passrole.graph.ways import Step as Step
    from passrole.graph.ways import shortest_ways as shortest_ways
    from passrole.hookspecs import hookimpl as hookimpl
    from passrole.iam.admissions import Admission as Admission
    from passrole.iam.admissions import Circle as Circle
    from passrole.iam.admissions import admissions as admissions
    from passrole.iam.arn_segments import arn_in as arn_in
    from passrole.iam.arn_segments import split_arn as split_arn
    from passrole.iam.decisions import Decision as Decision
    from passrole.iam.decisions import Verdict as Verdict
    from passrole.iam.grants import Breadth as Breadth
    from passrole.iam.grants import Grant as Grant
    from passrole.iam.grants import grants_everything as grants_everything
    from passrole.iam.grants import grants_in as grants_in
    from passrole.iam.json_texts import value_from_json_text as value_from_json_text
    from passrole.iam.matching import action_truth as action_truth
    from passrole.iam.policies import Condition as Condition
    from passrole.iam.policies import Policy as Policy
    from passrole.iam.policies import PolicyKind as PolicyKind
    from passrole.iam.policies import PrincipalEntry as PrincipalEntry
    from passrole.iam.policies import Statement as Statement
    from passrole.iam.policies import read_policy as read_policy
    from passrole.iam.reference.catalogue import takes_resources as takes_resources
    from passrole.model.buildspecs import Buildspec as Buildspec
    from passrole.model.buildspecs import read_buildspec as read_buildspec
    from passrole.model.commands import CommandCall as CommandCall
    from passrole.model.commands import command_calls as command_calls
    from passrole.model.entities import BuildProject as BuildProject
    from passrole.model.entities import Entity as Entity
    from passrole.model.entities import EventRule as EventRule
    from passrole.model.entities import EventTarget as EventTarget
    from passrole.model.entities import NotificationRule as NotificationRule
    from passrole.model.entities import PolicyDocument as PolicyDocument
    from passrole.model.entities import Repository as Repository
    from passrole.model.entities import Webhook as Webhook
    from passrole.model.guarded import Bucket as Bucket
    from passrole.model.guarded import EventBus as EventBus
    from passrole.model.guarded import Function as Function
    from passrole.model.guarded import Guarded as Guarded
    from passrole.model.guarded import Key as Key
    from passrole.model.guarded import KeyAlias as KeyAlias
    from passrole.model.guarded import Queue as Queue
    from passrole.model.guarded import ResourcePolicy as ResourcePolicy
    from passrole.model.guarded import SettingsApart as SettingsApart
    from passrole.model.guarded import Topic as Topic
    from passrole.model.guarded import written_policy as written_policy
    from passrole.model.identities import AttachedPolicy as AttachedPolicy
    from passrole.model.identities import Attachment as Attachment
    from passrole.model.identities import BoundaryAttachment as BoundaryAttachment
    from passrole.model.identities import Group as Group
    from passrole.model.identities import GroupMembership as GroupMembership
    from passrole.model.identities import Identity as Identity
    from passrole.model.identities import IdentityProvider as IdentityProvider
    from passrole.model.identities import InstanceProfile as InstanceProfile
    from passrole.model.identities import ManagedPolicy as ManagedPolicy
    from passrole.model.identities import PermissionSet as PermissionSet
    from passrole.model.identities import PolicyAttachment as PolicyAttachment
    from passrole.model.identities import Role as Role
    from passrole.model.identities import ServiceLinkedRole as ServiceLinkedRole
    from passrole.model.identities import User as User
    from passrole.model.needs import ALWAYS as ALWAYS
    from passrole.model.needs import TRUE_OR_FALSE as TRUE_OR_FALSE
    from passrole.model.needs import ActionProvider as ActionProvider
    from passrole.model.needs import Actor as Actor
    from passrole.model.needs import Basis as Basis
    from passrole.model.needs import Both as Both
    from passrole.model.needs import Certainty as Certainty
    from passrole.model.needs import ConfigurationKey as ConfigurationKey
    from passrole.model.needs import Consumes as Consumes
    from passrole.model.needs import Derived as Derived
    from passrole.model.needs import Either as Either
    from passrole.model.needs import EncryptedArtifacts as EncryptedArtifacts
    from passrole.model.needs import Given as Given
    from passrole.model.needs import Mentions as Mentions
    from passrole.model.needs import Need as Need
    from passrole.model.needs import OtherAccount as OtherAccount
    from passrole.model.needs import OwnRole as OwnRole
    from passrole.model.needs import OwnStack as OwnStack
    from passrole.model.needs import PipelineRoleReads as PipelineRoleReads
    from passrole.model.needs import PipelineRoleWrites as PipelineRoleWrites
    from passrole.model.needs import Range as Range
    from passrole.model.needs import Reaches as Reaches
    from passrole.model.needs import ReadsArtifacts as ReadsArtifacts
    from passrole.model.needs import Service as Service
    from passrole.model.needs import Setting as Setting
    from passrole.model.needs import Unless as Unless
    from passrole.model.needs import Via as Via
    from passrole.model.needs import WritesArtifacts as WritesArtifacts
    from passrole.model.operations import Caller as Caller
    from passrole.model.operations import Operation as Operation
    from passrole.model.pipelines import Action as Action
    from passrole.model.pipelines import ArtifactStore as ArtifactStore
    from passrole.model.pipelines import Pipeline as Pipeline
    from passrole.model.pipelines import Stage as Stage
    from passrole.model.pipelines import Trigger as Trigger
    from passrole.model.pipelines import TriggerFilter as TriggerFilter
    from passrole.model.variables import Fetched as Fetched
    from passrole.model.variables import fetched as fetched
    from passrole.model.variables import parameter_arn as parameter_arn
    from passrole.model.variables import secret_arn as secret_arn
    from passrole.model.variables import variable_names as variable_names
    from passrole.records import NamedTuple as NamedTuple
    from passrole.records import frozen as frozen
    from passrole.rules import Option as Option
    from passrole.rules import OptionValue as OptionValue
    from passrole.rules import Rule as Rule
    from passrole.rules import rule as rule
    from passrole.stacks.resources import Resource as Resource
    from passrole.stacks.resources import ResourceType as ResourceType
    from passrole.stacks.resources import Stack as Stack
    from passrole.stacks.resources import Target as Target
    from passrole.symptoms import Symptom as Symptom
    from passrole.values import ABSENT as ABSENT
    from passrole.values import EVERYWHERE as EVERYWHERE
    from passrole.values import Absent as Absent
    from passrole.values import Choice as Choice
    from passrole.values import Hole as Hole
    from passrole.values import Listing as Listing
    from passrole.values import Origin as Origin
    from passrole.values import Record as Record
    from passrole.values import Text as Text
    from passrole.values import Truth as Truth
    from passrole.values import Unknown as Unknown
    from passrole.values import Value as Value
    from passrole.values import World as World
    from passrole.values import cases as cases
    from passrole.values import defaults_in as defaults_in
    from passrole.values import elements as elements
    from passrole.values import get as get
    from passrole.values import join as join
    from passrole.values import known as known
    from passrole.values import literal as literal
    from passrole.values import names_secret as names_secret
    from passrole.values import over_leaves as over_leaves
    from passrole.values import without_choices as without_choices


def __getattr__(name: str) -> Any:
    room = _ROOM_OF.get(name)
    if room is None:
        message = f"module 'passrole' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(room), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
