"""A form as data: what an application asks, in which order and within which limits.

The web builds its inputs from it, `problems` judges answers by it, `reading` prints by it. A
form is stored as frozen versions, each known by the hash of its canonical JSON.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from strefa.rules import plain_data
from strefa.rules.budget_rules import BudgetRule, RuleKind
from strefa.rules.facts import AttachedFile, Facts
from strefa.rules.fields import (
    IDENTIFIERS,
    Column,
    Condition,
    Declaration,
    Field,
    Files,
    Kind,
    Meaning,
    Option,
    misshapen,
    repeated,
    seen_before,
)
from strefa.rules.form_problems import SectionState, SectionSummary, problems, summaries
from strefa.rules.refusal import Blocker, Reason
from strefa.rules.words_of_round import Words

__all__ = [
    "IDENTIFIERS",
    "AttachedFile",
    "Column",
    "Condition",
    "Declaration",
    "Facts",
    "Field",
    "Files",
    "FormSpec",
    "Kind",
    "Meaning",
    "Option",
    "Section",
    "SectionState",
    "SectionSummary",
    "problems",
    "summaries",
]


@dataclass(frozen=True)
class Section:
    """A page of the form: `code` is the letter people quote, `key` the one stored."""

    key: str
    code: str
    title: Words
    fields: tuple[Field, ...]
    hint: Words | None = None


@dataclass(frozen=True)
class FormSpec:
    """A whole form and the rules of its budget."""

    sections: tuple[Section, ...]
    budget_rules: tuple[BudgetRule, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields in form order."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> Field:
        """Return the field with this key; raises KeyError for an unknown one."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def section(self, key: str) -> Section:
        """Return the section with this key; raises KeyError for an unknown one."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)

    def section_of(self, field_key: str) -> Section:
        """Return the section that asks this field; raises KeyError for an unknown one."""
        for section in self.sections:
            if any(field.key == field_key for field in section.fields):
                return section
        raise KeyError(field_key)

    def meaning(self, means: Meaning) -> Field | None:
        """Return the field that tells this, if the form asks it."""
        return next((field for field in self.fields if field.means is means), None)

    def as_data(self) -> dict[str, Any]:
        """Return the form as plain data, ready for JSON."""
        return plain_data.as_data(self)

    @classmethod
    def from_data(cls, data: Any) -> "FormSpec":
        """Build a form from plain data; raises `Refused` with every error."""
        return plain_data.from_data(cls, data)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON: equal forms have equal hashes on any machine."""
        return plain_data.content_hash(self)

    def flaws(self) -> Iterator[Blocker]:
        """Yield keys used twice and references to fields that the form does not have."""
        keys: set[str] = set()
        meanings: set[Meaning] = set()
        for s, section in enumerate(self.sections):
            yield from misshapen(f"sections.{s}.key", section.key)
            for f, field in enumerate(section.fields):
                at = f"sections.{s}.fields.{f}"
                yield from seen_before(keys, field.key, f"{at}.key")
                if field.means:
                    yield from seen_before(meanings, field.means, f"{at}.means")
        yield from repeated("sections", (section.key for section in self.sections))
        yield from repeated("budget_rules", (rule.key for rule in self.budget_rules))
        yield from self._conditions(keys)
        yield from self._references(keys)

    def _conditions(self, keys: set[str]) -> Iterator[Blocker]:
        for s, section in enumerate(self.sections):
            for f, field in enumerate(section.fields):
                at, wanted = f"sections.{s}.fields.{f}.required_when", field.required_when
                if wanted and wanted.field not in keys:
                    yield Blocker(Reason.TEMPLATE_UNKNOWN_REFERENCE, f"{at}.field", {"value": wanted.field})
                elif wanted and not self.field(wanted.field).is_choice_of(wanted.equals):
                    yield Blocker(Reason.TEMPLATE_UNKNOWN_REFERENCE, f"{at}.equals", {"value": wanted.equals})

    def _references(self, keys: set[str]) -> Iterator[Blocker]:
        budget = self.meaning(Meaning.BUDGET)
        groups = {option.key for option in budget.options} if budget else set[str]()
        for index, rule in enumerate(self.budget_rules):
            at = f"budget_rules.{index}"
            if rule.group and rule.group not in groups:
                yield Blocker(Reason.TEMPLATE_UNKNOWN_REFERENCE, f"{at}.group", {"value": rule.group})
            if rule.kind is RuleKind.NOTE_ABOVE and rule.field not in keys:
                yield Blocker(Reason.TEMPLATE_UNKNOWN_REFERENCE, f"{at}.field", {"value": rule.field})
