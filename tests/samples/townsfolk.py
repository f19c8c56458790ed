"""ชาวเมืองสมมติ: an invented town, its houses and people, the same for the same seed."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from cddp.foundation.values.citizen_id import check_digit, is_valid

EXTRACT_DATE = dt.date(2026, 6, 1)
LATER_DATE = dt.date(2026, 11, 1)

VILLAGES = (
    "บ้านดอนแก้ว", "บ้านสันทราย", "บ้านป่าไผ่", "บ้านทุ่งเสี้ยว", "บ้านหนองบัว", "บ้านร่องธาร",
    "บ้านแม่สะป้วด", "บ้านศรีทอง", "บ้านกลางเวียง", "บ้านประตูน้ำ", "บ้านหอธรรม", "บ้านใหม่พัฒนา",
)  # fmt: skip
SHARE_BY_DECADE = (6.4, 9.0, 11.1, 14.0, 13.8, 16.6, 17.6, 8.6, 2.3, 0.6)
"""People of each ten years of age, per cent: as the pyramid of Lampang, 29 % aged 60 and over."""

_MEN = (
    "สมชาย สมบัติ ประเสริฐ วิชัย สุรชัย บุญมี คำแสน อินสอน จันทร์ดี ศรีวรรณ ธีรพงษ์ ณัฐวุฒิ ภาณุพงศ์ กิตติพัฒน์ "
    "ปิยะ อนุชา วีระ มานิต สุพจน์ ทองคำ แก้วมูล ดวงดี พิเชษฐ์ อภิชาติ ธนกร ภูมิ ก้องภพ ต้นกล้า ศุภกร เกรียงไกร"
)
_WOMEN = (
    "สมศรี บัวผัน คำปัน จันทร์เป็ง ศรีนวล บุญปั๋น อำไพ วันเพ็ญ สุดา มาลี นงลักษณ์ พรทิพย์ รัตนา กัลยา สุภาพร ณัฐธิดา "
    "พิมพ์ชนก กนกวรรณ อรุณี ทองใบ แสงดา ฟองจันทร์ น้ำฝน เปมิกา ปวีณา ชลธิชา ขวัญใจ จิราพร ดวงใจ เกศินี"
)
_SURNAME_HEADS = "แก้ว ใจ วงศ์ ทอง บุญ คำ ศรี อินต๊ะ ปัญญา จันทร์ ธรรม พรม สุวรรณ มณี ชัย กันทะ เตจ๊ะ ยาวิ ต๊ะ ไชย"
_SURNAME_TAILS = "มูล วงค์ ดี ใส เรือน มา แสน ยศ ฟู ปัน เมือง ขัติ สอน เขียว คำ"
MEN, WOMEN = tuple(_MEN.split()), tuple(_WOMEN.split())
SURNAMES = tuple(head + tail for head in _SURNAME_HEADS.split() for tail in _SURNAME_TAILS.split())


@dataclass
class Person:
    """บุคคล: as the register truly knows them; `written_id` is what stands in the files."""

    key: int
    title: str
    given: str
    family: str
    sex: str
    born: dt.date
    born_precision: str
    citizen_id: str
    written_id: str
    house: "House"
    is_head: bool = False
    moved_in: dt.date | None = None
    type_area: str = "1"
    status: str = "มีชีวิต"
    died: dt.date | None = None
    dirt: set[str] = field(default_factory=set)


@dataclass
class House:
    """บ้าน: `written_code` is what stands in the files; coordinates may be absent or wrong."""

    key: int
    code: str
    written_code: str
    number: str
    moo: int
    latitude: str
    longitude: str
    phone: str
    dirt: set[str] = field(default_factory=set)


class Town:
    """เมืองสมมติ: makes houses and people; every draw comes from one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.houses: list[House] = []
        self.people: list[Person] = []
        self._ids: set[str] = set()
        self._codes: set[str] = set()

    def add_house(self) -> House:
        """Add an empty house with a clean code, a number, a point and a phone."""
        draw = self.random
        code = ""
        while not code or code in self._codes:
            code = f"5101{draw.randrange(1, 10**7):07d}"
            code = code[:-1] + "7" if code.endswith("00000") else code
        self._codes.add(code)
        key = len(self.houses)
        moo = key % len(VILLAGES) + 1
        number = str(draw.randrange(1, 400)) + (f"/{draw.randrange(1, 30)}" if draw.random() < 0.45 else "")
        latitude, longitude = 18.545 + draw.random() * 0.05, 98.99 + draw.random() * 0.06
        phone = draw.choice(("08", "09", "06")) + f"{draw.randrange(10**8):08d}"
        house = House(key, code, code, number, moo, f"{latitude:.6f}", f"{longitude:.6f}", phone)
        self.houses.append(house)
        return house

    def add_person(self, house: House, born: dt.date, *, family: str = "", foreign: bool = False) -> Person:
        """Add somebody with a sound, unique identity number."""
        draw = self.random
        sex = draw.choice("ชญ")
        age = (EXTRACT_DATE - born).days // 365
        person = Person(
            key=len(self.people),
            title=self._title(sex, age),
            given=draw.choice(MEN if sex == "ช" else WOMEN),
            family=family or draw.choice(SURNAMES),
            sex=sex,
            born=born,
            born_precision="day",
            citizen_id=(number := self._citizen_id(born, foreign=foreign)),
            written_id=number,
            house=house,
            moved_in=born + dt.timedelta(days=draw.randrange(0, max((EXTRACT_DATE - born).days, 1))),
            type_area=draw.choices("123", (78, 13, 9))[0],
        )
        self.people.append(person)
        return person

    def _title(self, sex: str, age: int) -> str:
        if age < 15:
            return "เด็กชาย" if sex == "ช" else "เด็กหญิง"
        if self.random.random() < 0.01:
            return self.random.choice(("ร.ต.", "จ.ส.อ.", "ว่าที่ ร.ต.", "พ.ต.ท.")) if sex == "ช" else "ดร."
        if sex == "ช":
            return "พระ" if self.random.random() < 0.005 else "นาย"
        return "นาง" if age > 28 and self.random.random() < 0.7 else "นางสาว"

    def _citizen_id(self, born: dt.date, *, foreign: bool) -> str:
        draw = self.random
        while True:
            first = draw.choice("0678") if foreign else ("1" if born.year >= 1984 else draw.choice("3335"))
            registry = (
                "5101" if draw.random() < 0.8 else f"{draw.randrange(10, 97)}{draw.randrange(1, 30):02d}"
            )
            twelve = f"{first}{registry}{draw.randrange(1, 10**5):05d}{draw.randrange(1, 100):02d}"
            number = twelve + check_digit(twelve)
            if number not in self._ids and not number.endswith("000000"):
                self._ids.add(number)
                return number

    def birthday(self, oldest_decade: int = 9) -> dt.date:
        """Draw a day of birth after the real pyramid of ages, or of people younger than a decade's end."""
        decade = self.random.choices(range(oldest_decade + 1), SHARE_BY_DECADE[: oldest_decade + 1])[0]
        return EXTRACT_DATE - dt.timedelta(days=decade * 3652 + self.random.randrange(3652))

    def wrong_id(self, number: str) -> str:
        """Return the number with one digit mistyped, so that it fails the check and is nobody else's."""
        while True:
            place = self.random.randrange(5, 13)
            wrong = (
                number[:place]
                + str((int(number[place]) + self.random.randrange(1, 10)) % 10)
                + number[place + 1 :]
            )
            if not is_valid(wrong) and wrong not in self._ids and not wrong.endswith("000000"):
                self._ids.add(wrong)
                return wrong


def build_town(households: int, seed: int) -> Town:
    """Return a clean town: households of 1–7 people, one head each, about 30 % aged 60 and over."""
    town = Town(seed)
    for _ in range(households):
        house = town.add_house()
        family = town.random.choice(SURNAMES)
        size = town.random.choices(range(1, 8), (22, 27, 21, 16, 8, 4, 2))[0]
        births = sorted(town.birthday() for _ in range(size))
        if (EXTRACT_DATE - births[0]).days < 20 * 366:
            births[0] = EXTRACT_DATE - dt.timedelta(days=town.random.randrange(25 * 365, 60 * 365))
        for place, born in enumerate(births):
            own = family if place == 0 or town.random.random() < 0.8 else ""
            person = town.add_person(house, born, family=own, foreign=town.random.random() < 0.012)
            person.is_head = place == 0
    _fill_central_register(town, max(3, households // 100))
    return town


def _fill_central_register(town: Town, size: int) -> None:
    """Put people who belong to no real house into the central register (ทะเบียนบ้านกลาง)."""
    house = town.add_house()
    house.number, house.moo, house.latitude, house.longitude, house.phone = "ทะเบียนบ้านกลาง", 0, "", "", ""
    house.dirt.add("central_register")
    for _ in range(size):
        town.add_person(house, town.birthday())
