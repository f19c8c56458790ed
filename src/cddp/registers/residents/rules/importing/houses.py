"""บ้านในไฟล์: the houses that the rows of one file name, each once."""

from dataclasses import dataclass, field

from cddp.registers.residents.rules.importing.addresses import HouseReading, Problem


@dataclass(slots=True)
class FileHouse:
    """บ้านหนึ่งหลังในไฟล์: `first_row` is the first row that brings a person into it."""

    ordinal: int
    first_row: int
    reading: HouseReading


@dataclass(slots=True)
class FileHouses:
    """ผู้รวมบ้าน: rows with one code, or without a code but with one address, share a house."""

    houses: list[FileHouse] = field(default_factory=list)
    _by_code: dict[str, FileHouse] = field(default_factory=dict)
    _by_address: dict[str, FileHouse] = field(default_factory=dict)
    _written_codes: set[str] = field(default_factory=set)
    _known: dict[int, tuple[FileHouse, HouseReading, Problem | None]] = field(default_factory=dict)

    def place(self, reading: HouseReading, row_number: int) -> tuple[int, Problem | None]:
        """Return the ordinal of the house, −1 for none, and a problem that only the whole file shows."""
        # People of one house share one reading, so its identity is enough; it is kept alive beside the answer.
        known = self._known.get(id(reading))
        if known is None:
            if not reading.is_named:
                return -1, None
            house, problem = self._find_or_add(reading, row_number)
            known = self._known[id(reading)] = (house, reading, problem)
        return known[0].ordinal, known[2]

    def _find_or_add(self, reading: HouseReading, row_number: int) -> tuple[FileHouse, Problem | None]:
        address = reading.address_key
        house = self._by_code.get(reading.code) if reading.code_is_valid else None
        if house is not None:
            other = house.reading.address_key
            _fill(house.reading, reading)
            shared = bool(address and other and address != other)
            return house, ("house_code", "house_code_shared") if shared else None
        house = self._by_address.get(address) if address else None
        if house is not None and not (reading.code_is_valid and house.reading.code_is_valid):
            self._adopt_code(house, reading)
            _fill(house.reading, reading)
            return house, None
        return self._add(reading, row_number, address), None

    def _add(self, reading: HouseReading, row_number: int, address: str) -> FileHouse:
        own = HouseReading(**{name: getattr(reading, name) for name in reading.__slots__})
        house = FileHouse(len(self.houses), row_number, own)
        self.houses.append(house)
        if own.code and not own.code_is_valid:
            # A code that is no code may stand on many houses; only one of them can keep it.
            own.code = "" if own.code in self._written_codes else own.code
            self._written_codes.add(own.code)
        if own.code_is_valid:
            self._by_code[own.code] = house
        if address:
            self._by_address.setdefault(address, house)
        return house

    def _adopt_code(self, house: FileHouse, reading: HouseReading) -> None:
        if reading.code_is_valid:
            house.reading.code, house.reading.code_is_valid = reading.code, True
            self._by_code[reading.code] = house


def _fill(house: HouseReading, other: HouseReading) -> None:
    """Take over what the house does not know yet."""
    for name in ("number", "moo", "area_name", "tambon", "road", "lane", "point"):
        if not getattr(house, name) and getattr(other, name):
            setattr(house, name, getattr(other, name))
