"""ตรวจแผนการค้นที่ล้านแถว: the same questions as tests/architecture/test_plans.py, on the large database."""

from _measure import Report
from _people import TOWN_ID, worker

from cddp.foundation.extension_points import LayerQuery
from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.queries.layers import find_layer
from cddp.insight.maps.queries.tile_sql import compile_rows, tile_statement
from cddp.insight.maps.rules import Tile
from cddp.registers.residents.queries.finding import find_people
from cddp.registers.residents.rules.finding import read_query
from tests.architecture.plan_reading import filters_whole_table, plan_of, plan_of_rows, uses_index

NAMES = ("สมชาย แก้วคำ", "บัวเขยว ใจมูล", "ณัฐพล", "วราภรณ ปัญญาดี")


def check(report: Report, tile: Tile) -> None:
    """Count the plans that enter by their index; all of them should."""
    user, good = worker(), 0
    with town_context(TOWN_ID):
        rows = compile_rows(find_layer(user, "houses"), user, LayerQuery())
        plan = plan_of(*tile_statement(rows, tile))
        good += uses_index(plan, "house_tile", "point_3857") and not filters_whole_table(
            plan, "residents_house"
        )
        for name in NAMES:
            plan = plan_of_rows(find_people(user, read_query(name))[:20])
            good += uses_index(plan, "person_search", "search_name") and not filters_whole_table(
                plan, "residents_person"
            )
    report.at_least("plans_by_index", good, "plans", 1 + len(NAMES))
