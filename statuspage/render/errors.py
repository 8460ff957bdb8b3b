"""What rendering refuses."""

from statuspage.domain.errors import RuleError


class TooComplex(RuleError):  # noqa: N818 - it is also a value in lists of results
    """A text that takes more than a second of computing to format."""

    def __init__(self) -> None:
        super().__init__(
            "too_complex",
            "This text is too complex to format. Simplify its brackets, nesting or markup and try again.",
            "body",
        )
