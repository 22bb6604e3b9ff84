"""What may go wrong in the business, in words for the person who met it.

Raised anywhere below a view; `problems` turns them into a page, a part or an API problem.
"""

from __future__ import annotations


class PortalError(Exception):
    """Something a person can understand and act on.

    `message` says what happened and to which thing, `remedy` what to do now.
    """

    status = 400
    code = "error"
    title = "That did not work"

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class BadInput(PortalError):
    """A value that cannot be accepted. `field` is the name the sender used."""

    status = 400
    code = "bad-input"
    title = "Something in the form needs another look"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


class NotSignedIn(PortalError):
    """Nobody is signed in, or the sign-in is no longer good."""

    status = 401
    code = "not-signed-in"
    title = "Please sign in"


class NotAllowed(PortalError):
    """The viewer exists in this tenant but may not do this."""

    status = 403
    code = "not-allowed"
    title = "You may not do this"


class Missing(PortalError):
    """The object is absent, or belongs to somebody else: the two look the same."""

    status = 404
    code = "not-found"
    title = "We could not find that"


class RuleBroken(PortalError):
    """The request is well formed, but a rule of the business forbids it now.

    `field` is the name the sender used, where one field would have to be another.
    """

    status = 409
    code = "rule-broken"
    title = "That is not possible now"

    def __init__(self, message: str, *, remedy: str = "", field: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


class TooLarge(PortalError):
    """A file or a body over the limit."""

    status = 413
    code = "too-large"
    title = "That is too large"


class NoScope(RuntimeError):
    """A programming error: owned data was touched outside a scope. Never shown to a person."""
