"""Who uses what, as the bodies say it themselves.

A body's own statement counts at once. What others say about it is shown as theirs until the body
confirms or contradicts. Nothing is overwritten without a line of history that says by whom.
`angaben` states, changes, confirms and contradicts; `liste` does so with a whole table,
`uebernahme` with what a neighbour has, `umfrage` with what bodies answered to a survey. `entwuerfe`
are assistants that the catalogue does not know, `anbieter` is what providers say, and `erinnerung`
asks once a year whether all of it still holds.
"""

from katalog.participation.angaben import (
    change_seen,
    change_use,
    confirm,
    confirm_seen,
    contradict,
    contradict_seen,
    find_own,
    state_use,
)

__all__ = [
    "change_seen",
    "change_use",
    "confirm",
    "confirm_seen",
    "contradict",
    "contradict_seen",
    "find_own",
    "state_use",
]
