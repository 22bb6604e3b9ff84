"""Path converters for the canonical form only: any other is an address that does not exist."""

from django.urls import register_converter


class IdConverter:
    """A positive whole number in ASCII digits, without leading zeros, that fits a bigint."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """Read the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write the number."""
        return str(value)


class ReferenceConverter:
    """A ticket's reference, such as CC-1042."""

    regex = "[A-Z]{1,6}-[1-9][0-9]{0,15}"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


register_converter(IdConverter, "id")
register_converter(ReferenceConverter, "ref")
