"""ทะเบียนบ้านและบุคคล: houses, households, persons, memberships and facts."""

from cddp.registers.residents.models.facts import CurrentFact, Fact, FactType
from cddp.registers.residents.models.houses import Area, House, Household
from cddp.registers.residents.models.importing import (
    ColumnMapping,
    ImportAbsence,
    ImportBatch,
    ImportChange,
    ImportHouse,
    ImportRow,
)
from cddp.registers.residents.models.merging import DistinctPair, Merge
from cddp.registers.residents.models.people import HouseholdMembership, Person

__all__ = [
    "Area",
    "ColumnMapping",
    "CurrentFact",
    "DistinctPair",
    "Fact",
    "FactType",
    "House",
    "Household",
    "HouseholdMembership",
    "ImportAbsence",
    "ImportBatch",
    "ImportChange",
    "ImportHouse",
    "ImportRow",
    "Merge",
    "Person",
]
