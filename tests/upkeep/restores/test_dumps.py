"""What the text of a dump tells that could not be swapped."""

import io

import pytest

from tests.upkeep.archives import DUMP
from upkeep.restores.dumps import OVERLAP, PIECE, immobile_in

DEFINER = b"DEFINER=`root`@`localhost`"
TABLE = b"\n) ENGINE=InnoDB DEFAULT CHARSET=latin1 COMMENT="


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (b"/*!50001 CREATE VIEW `v` AS SELECT\n NULL AS `a` */;", "the view v"),
        (b"/*!50013 x */\n/*!50001 VIEW `v` AS select 1 */;", "the view v"),
        (
            b"/*!50003 CREATE*/ /*!50017 " + DEFINER + b"*/ /*!50003 TRIGGER g BEFORE",
            "the trigger g",
        ),
        (b"CREATE " + DEFINER + b" PROCEDURE `p`()", "the procedure p"),
        (b"CREATE " + DEFINER + b" FUNCTION `f`() RETURNS int(11)", "the function f"),
        (
            b"/*!50106 CREATE*/ /*!50117 " + DEFINER + b"*/ /*!50106 EVENT `e` ON SCHEDULE",
            "the event e",
        ),
        (b"CREATE SEQUENCE `s` start with 1", "the sequence s"),
        (TABLE + b"'it''s' WITH SYSTEM VERSIONING;", "a system versioned table"),
    ],
)
def test_what_cannot_be_swapped_is_found_in_a_dump(statement: bytes, told: str) -> None:
    assert immobile_in(io.BytesIO(statement)) == told
    for before in (0, 100, PIECE - 20, PIECE + OVERLAP):
        text = DUMP + b"-" * before + b"\n" + statement + b"\n" + DUMP
        assert immobile_in(io.BytesIO(text)) == told


@pytest.mark.parametrize(
    "text",
    [
        DUMP,
        b"CREATE TABLE `view` (\n  `event` int COMMENT 'CREATE VIEW v'",
        b"INSERT INTO `t` VALUES\n('CREATE PROCEDURE p\\nCREATE VIEW v'),\n('EVENT e');",
        TABLE + b"'WITH SYSTEM VERSIONING';",
        b"/*!50003 DROP FUNCTION IF EXISTS `f` */;",
        b"-- Dumping routines for database 'o'",
    ],
)
def test_a_dump_of_tables_holds_nothing_of_the_kind(text: bytes) -> None:
    assert immobile_in(io.BytesIO(text)) == ""
