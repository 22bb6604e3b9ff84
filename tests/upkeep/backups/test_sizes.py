"""Is a backup of another size than those before it?"""

import pytest

from upkeep.backups.sizes import size_warning

MB = 1_000_000


@pytest.mark.parametrize(
    ("size", "former", "words"),
    [
        (10 * MB, [], ""),
        (10 * MB, [40 * MB], ""),
        (30 * MB, [40 * MB, 40 * MB], ""),
        (60 * MB, [40 * MB, 40 * MB], ""),
        (
            61 * MB,
            [40 * MB, 40 * MB],
            "It is much larger than usual: 61.0 MB, and usually 40.0 MB.",
        ),
        (
            10 * MB,
            [40 * MB, 41 * MB, 5 * MB],
            "It is much smaller than usual: 10.0 MB, and usually 40.0 MB.",
        ),
        (
            2_000 * MB,
            [40 * MB, 41 * MB, 39 * MB],
            "It is much larger than usual: 2.0 GB, and usually 40.0 MB.",
        ),
        (0, [70_000, 70_000], "It is much smaller than usual: 0 bytes, and usually 70.0 kB."),
        (3_000, [9_000, 9_000], ""),
    ],
)
def test_a_size_far_from_the_usual_is_told(size: int, former: list[int], words: str) -> None:
    assert size_warning(size, former) == words
