"""The order of the floors, and of the apps on each, read from the import contracts: one list, two checks."""

from configparser import ConfigParser
from functools import cache
from pathlib import Path

Rank = tuple[int, int]
REPOSITORY = Path(__file__).resolve().parents[2]


@cache
def app_ranks(contracts_file: str = ".importlinter") -> dict[str, Rank]:
    """Return {"cddp.operations.plan": (floor, place on the floor), …}; a higher rank may point at a lower one."""
    contracts = ConfigParser()
    contracts.read(REPOSITORY / contracts_file, encoding="utf-8")
    layers_of = {
        contracts[name]["containers"].strip(): contracts[name]["layers"].strip().split("\n")[::-1]
        for name in contracts.sections()
        if contracts[name].get("type") == "layers" and "*" not in contracts[name]["containers"]
    }
    return {
        f"cddp.{floor.strip()}.{app.strip()}": (height, place)
        for height, floor in enumerate(layers_of["cddp"])
        for place, row in enumerate(layers_of.get(f"cddp.{floor.strip()}", []))
        for app in row.split("|")
    }
