"""Everything that can go wrong, as one tree.

PersonaForgeError
|-- UsageError            the caller asked in a way that can be corrected (wrong argument, wrong file, bad query)
|   |-- MoneyError        an amount that is not one
|   |-- QueryError        a typed query that names what does not exist or does not fit
|   |-- ScenarioError     a what-if with values that nothing can be worked out with
|   |-- ImportRefused      a file that cannot be read at all (single bad rows are rejected and listed instead)
|   `-- CatalogueError    a product or policy whose front matter does not hold
|-- NotFoundError         it does not exist, or it is not yours: one answer for both
|-- RefusedError          known, and not allowed (role, consent, lock)
|-- ConflictError         it already happened, or something else happened first
|-- TooShortError         the history is too short to say
`-- UnavailableError      something this run needs is not there (model, database, index, bank)

Each error carries a stable `code` for machines and a `message` of one or two sentences for people: what happened, then the
remedy. `server/error_codes.py` maps every code to its HTTP status, socket close code and exit code.
"""


class PersonaForgeError(Exception):
    """Base of every error a person may see; `str(error)` is the sentence to show."""

    code = "internal"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class UsageError(PersonaForgeError):
    """The call can be corrected by whoever made it."""

    code = "usage"


class MoneyError(UsageError):
    """Text or number that is no amount of the currency."""

    code = "bad_amount"


class QueryError(UsageError):
    """A typed query that names an unknown field or compares what cannot be compared."""

    code = "bad_query"


class ScenarioError(UsageError):
    """A change that cannot be worked out as given. Besides its sentence it says what is possible, for whoever words it.

    Attributes:
        kind: of the change; `parameter` of it that is wrong, None where the change as a whole does not apply.
        problem: a closed label, see `tools.twin.scenario.scenario.Problem`.
        least, most: the values that are possible, in the unit of the parameter (money in major units); None where there is no bound.
    """

    code = "bad_scenario"

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        problem: str,
        parameter: str | None = None,
        least: float | None = None,
        most: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind, self.problem, self.parameter = kind, problem, parameter
        self.least, self.most = least, most


class ImportRefused(UsageError):
    """A source that cannot be imported at all."""

    code = "bad_import"


class CatalogueError(UsageError):
    """A published document whose front matter does not hold."""

    code = "bad_catalogue"


class NotFoundError(PersonaForgeError):
    """Unknown, or not visible to this principal. Both read the same, so that nothing is learnt from asking."""

    code = "not_found"


class RefusedError(PersonaForgeError):
    """Understood and not allowed."""

    code = "refused"


class ConflictError(PersonaForgeError):
    """Already done, or overtaken by something else."""

    code = "conflict"


class TooShortError(PersonaForgeError):
    """Too little history for an honest figure."""

    code = "too_short"


class UnavailableError(PersonaForgeError):
    """A part this run needs is missing or does not answer."""

    code = "unavailable"
