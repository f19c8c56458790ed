"""ค้นหาใครหรือบ้านใดก็ได้ในช่องเดียว.

Every condition is one that PostgreSQL may use an index for under row-level security: equality, LIKE on a
normalised column, and the trigram operator %> (see config/launcher/leakproof.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection
from django.db.models import BooleanField, Case, Prefetch, Q, QuerySet, Value, When

from cddp.foundation.accounts.models import User
from cddp.registers.residents.choices import RegistryState
from cddp.registers.residents.models import Area, House, HouseholdMembership, Person
from cddp.registers.residents.queries.identity import hash_of
from cddp.registers.residents.rules.finding import Query, nearness, read_query, words_key

FORGIVING = 0.46
"""How alike what is typed and a part of a name must be (0–1). Of 200 names with one typing error, 199 are found."""
MORE_FORGIVING = 0.38
"""When nothing was found: one wrong letter in a name of four. Slower, since more names must be compared."""
SHORTEST_WORD = 2
MOST_TIED = 500


@dataclass(frozen=True)
class Found:
    """ผลการค้นหา: at most `limit` of each; `query` says how the text was understood."""

    query: Query
    people: Sequence[Person] = field(default_factory=list)
    houses: Sequence[House] = field(default_factory=list)
    areas: Sequence[Area] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return the number of results of all kinds."""
        return len(self.people) + len(self.houses) + len(self.areas)


def find_anything(user: User, text: str, limit: int = 20) -> Found:
    """Return the people, houses and areas this user may see that fit the text, best first."""
    query = read_query(text)
    if query.is_empty:
        return Found(query)
    return Found(
        query,
        people=_best_people(user, query, limit) if user.has_perm("residents.view_person") else [],
        houses=list(find_houses(user, query).select_related("area")[:limit]),
        areas=_find_areas(user, query),
    )


def find_places(user: User, text: str, limit: int = 8) -> Found:
    """Return only the houses and areas this user may see that fit the text: where something is, not who lives there."""
    query = read_query(text)
    if query.is_empty or query.citizen_id or query.phone:
        return Found(query)
    return Found(
        query,
        houses=list(find_houses(user, query).select_related("area")[:limit]),
        areas=_find_areas(user, query)[:limit],
    )


def _best_people(user: User, query: Query, limit: int) -> list[Person]:
    found = list(with_homes(find_people(user, query))[:limit])
    if found or not query.words:
        return found
    # So few letters share so few trigrams that many names tie: the letters themselves decide.
    tied = find_people(user, query, alike=MORE_FORGIVING).values_list("pk", "search_name")[:MOST_TIED]
    nearest = sorted(tied, key=lambda row: nearness(query.words, row[1]), reverse=True)[:limit]
    people = with_homes(Person.objects.all()).in_bulk([pk for pk, _name in nearest])
    return [people[pk] for pk, _name in nearest]


def find_people(user: User, query: Query, *, alike: float = FORGIVING) -> QuerySet[Person]:
    """Return persons by exact number, by telephone, or by a name with typing errors; the dead too, merged not."""
    people = Person.objects.visible_to(user).exclude(state=RegistryState.MERGED)
    if query.citizen_id:
        return people.filter(citizen_id_hash=hash_of(query.citizen_id))
    if query.phone:
        return people.filter(phone=query.phone)
    if query.number or query.moo or query.house_code or len(query.words) < SHORTEST_WORD:
        return people.none()
    return search_names(people, query.words, alike=alike)


def search_names(people: QuerySet[Person], words: str, *, alike: float = FORGIVING) -> QuerySet[Person]:
    """Narrow persons to those whose name is like `words` (normalised), the likest first; to be read at once."""
    if len(words) < 3:
        return people.filter(search_name__startswith=words).order_by("search_name", "pk")
    _set_likeness(alike)
    return (
        people.filter(Q(search_name__trigram_word_similar=words) | Q(search_name__contains=words))
        .annotate(
            closeness=TrigramWordSimilarity(words, "search_name"),
            likeness=TrigramSimilarity("search_name", words),
        )
        .order_by("-closeness", "-likeness", "pk")
    )


def _set_likeness(alike: float) -> None:
    # The operator reads its threshold from the transaction's settings: only as an operator may it use the index.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(alike)])


def with_homes(people: QuerySet[Person]) -> QuerySet[Person]:
    """Load where each person is registered and lives now, as `person.stays_now`, in one further query."""
    stays = (
        HouseholdMembership.objects.filter(ended_on=None)
        .select_related("household__house__area")
        .order_by("kind")
    )
    return people.prefetch_related(Prefetch("memberships", queryset=stays, to_attr="stays_now"))


def home_of(person: Person) -> HouseholdMembership | None:
    """Return where a person loaded by `with_homes` is registered, else lives; None for nowhere."""
    stays: list[HouseholdMembership] = getattr(person, "stays_now", [])
    return stays[0] if stays else None


def find_houses(user: User, query: Query) -> QuerySet[House]:
    """Return houses by code, by number and moo, or by words of the address; exact numbers first."""
    houses: QuerySet[House] = House.objects.visible_to(user).filter(state=RegistryState.ACTIVE)
    if query.house_code:
        return houses.filter(house_code=query.house_code)
    if query.citizen_id or query.phone:
        return houses.none()
    if query.moo is not None:
        houses = houses.filter(area__number=query.moo)
    if query.words:
        houses = _narrow_by_words(houses, query.words)
    if not query.number:
        enough = query.moo is not None or len(query.words) >= SHORTEST_WORD
        return houses.order_by("number_order", "pk") if enough else houses.none()
    exact = Case(
        When(number=query.number, then=Value(False)), default=Value(True), output_field=BooleanField()
    )
    # The dot marks the beginning of a word: 12 finds 12 and 12/3, not 112.
    return houses.filter(search_text__startswith=f".{query.number}").order_by(exact, "number_order", "pk")


def _narrow_by_words(houses: QuerySet[House], words: str) -> QuerySet[House]:
    for word in words.split(" ")[:5]:
        houses = houses.filter(search_text__contains=word)
    return houses


def _find_areas(user: User, query: Query) -> list[Area]:
    if not query.words and query.moo is None:
        return []
    areas = Area.objects.visible_to(user)
    if query.number:
        return []
    if query.moo is not None:
        return list(areas.filter(number=query.moo))
    wanted = query.words.replace(" ", "")
    return [area for area in areas if wanted in words_key(area.name).replace(" ", "")]
