"""What a row of the table of actions is, and how an action is found by its address. The rows are in `action_rows`.

Every action on a case goes the same way: the form is checked, the person at the desk sees what will happen and what
will be sent, and only then is it done. One table says which form, which operation and which words each one has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask_babel.speaklater import LazyString

from grievance.accounts.permissions import Action
from grievance.cases.models import Case
from grievance.cases.states import Actor, MessageKind
from grievance.cases.visibility import CaseAction
from grievance.cases.ways import TextPreview
from grievance.web.staff.choices import Choices
from grievance.web.staff.forms_base import ActionForm

if TYPE_CHECKING:
    from grievance.web.unit import Unit

F = TypeVar("F", bound=ActionForm)


@dataclass(frozen=True, slots=True)
class Doing:
    """What an operation needs besides its form: the unit of work, the locked case, who acts, and what was on offer."""

    unit: Unit
    case: Case
    by: Actor
    choices: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow(Generic[F]):
    """One action: its addresses, its words, its form, its operation."""

    action: CaseAction
    duty: Action
    es: str
    en: str
    title: LazyString
    button: LazyString
    done: LazyString
    """What the next page says when it worked."""
    form: type[F]
    run: Callable[[Doing, F], None]
    fill: Callable[[F, Choices], None] | None = None
    """Gives the selects their choices."""
    kind: MessageKind | None = None
    """What goes to the person, if anything does; it is shown before it goes."""
    words_told: Callable[[F, Choices], str | None] | None = None
    """The words that go, as the operation will put them; None where nothing is told this time."""
    asks: Callable[[F, Choices], Sequence[TextPreview]] | None = None
    """Texts that go after those words, one for each person who answers by text."""
    before: LazyString | None = None
    """What cannot be undone, said before it is done."""
    hint: LazyString | None = None
    """One sentence above the form."""
    on_own_page: bool = False
    """Too long for the case page, which only links to it."""

    @property
    def endpoint(self) -> str:
        """Return the endpoint, without the blueprint."""
        return f"case_{self.action.value}"

    @property
    def is_checked_first(self) -> bool:
        """Whether the person sees a page with what will happen before it does."""
        return self.kind is not None or self.before is not None

    def make_form(self, choices: Choices) -> F:
        """Return the form, with its choices, bound to what was sent if anything was."""
        form = self.form(key=self.action.value)
        if self.fill is not None:
            self.fill(form, choices)
        return form


Rows = Mapping[CaseAction, ActionRow[Any]]  # each row pairs a form with its own operation


def by_endpoint(rows: Rows, endpoint: str) -> ActionRow[Any]:  # as above
    """Return the row of an endpoint such as "staff.case_close"."""
    return rows[CaseAction(endpoint.rpartition(".")[2].removeprefix("case_"))]
