"""How fast the least that Django can do is on this machine: `python -m bench.floor`."""

from __future__ import annotations

from bench.client import in_turns
from bench.figures import Figure, report
from bench.floor_asks import floor_asks
from bench.ground import FLOOR, arguments, ground


def main() -> None:
    """Print the floor's figures."""
    with ground(arguments(__doc__).data, FLOOR) as place, place.floor() as web:
        sides = in_turns(floor_asks(place, web))
        figures = []
        for name, side in sides.items():
            figures.append(Figure(name, side.ms, unit="ms"))
            figures.append(Figure(f"{name}, eight clients", side.rate, unit="a second"))
        figures.append(
            Figure("memory of master and workers", sum(web.memory().values()), unit="MB")
        )
    report("Floor: bare Django", figures)


if __name__ == "__main__":
    main()
