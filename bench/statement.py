"""The statement of a customer with 5,000 lines of labour: `python -m bench.statement`."""

from __future__ import annotations

from bench.figures import Figure, report
from bench.ground import arguments, ground


def main() -> None:
    """Print the figures."""
    with ground(arguments(__doc__).data, "portal_small") as place:
        provider = place.people["providers"][0]
        measured = place.inside(
            "statement", "portal_small", str(provider["provider"]), provider["dispatcher"]
        )
    report(
        f"Statement of {measured['lines']:,} lines",
        [
            Figure("what the open month would hold", measured["preview"], 3, "s"),
            Figure("issued: frozen line by line", measured["issue"], 3, "s"),
            Figure("its page, 200 lines of it", measured["page"], 3, "s"),
            Figure("its CSV", measured["csv"], 3, "s"),
            Figure("its PDF", measured["pdf"], 3, "s", note=f"{measured['pages']} pages"),
            Figure("SQL queries of the page", measured["queries"]),
        ],
    )


if __name__ == "__main__":
    main()
