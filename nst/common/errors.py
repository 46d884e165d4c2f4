"""The one exception that is meant for people."""


class UserError(ValueError):
    """What a person gave cannot be used; the text says what is wrong and what to do, in one sentence or two."""
