"""คำสั่ง SQL ของการนำเข้าหนึ่งช่วง: each applies the rows after %(low)s up to %(high)s of one batch.

Conventions as in `statements`. A statement that makes rows notes their ids in residents_importchange.
"""

from typing import Final

from cddp.registers.residents.services.importing.statements import (
    IS_HERE,
    PERSON_DIFFERS,
    UUID7,
)

_ROWS: Final = "r.batch_id = %(batch)s AND r.row_number > %(low)s AND r.row_number <= %(high)s"
_HOUSES: Final = "h.batch_id = %(batch)s AND h.first_row > %(low)s AND h.first_row <= %(high)s"


def _noted(table: str, insert: str) -> str:
    return f"""
    WITH made AS ({insert} RETURNING id)
    INSERT INTO residents_importchange (id, municipality_id, batch_id, "table", made_ids, version_after)
    SELECT {UUID7}, %(town)s, %(batch)s, '{table}', array_agg(id), 1 FROM made HAVING count(*) > 0"""


# What somebody entered by hand since the rows were matched.
TAKEN_CODES: Final = f"""
    UPDATE residents_importhouse h SET house_id = x.id, matched_by = 'code', household_id = (
        SELECT k.id FROM residents_household k WHERE k.house_id = x.id AND k.state = 'active'
        ORDER BY k.sequence LIMIT 1)
    FROM residents_house x
    WHERE {_HOUSES} AND h.house_id IS NULL AND h.house_code <> '' AND x.house_code = h.house_code
      AND x.state = 'active'"""

TAKEN_NUMBERS: Final = f"""
    UPDATE residents_importrow r SET outcome = 'ambiguous', candidate_ids = ARRAY[p.id],
        problems = r.problems || '[["citizen_id", "taken_meanwhile"]]'::jsonb
    FROM residents_person p
    WHERE {_ROWS} AND r.outcome = 'new' AND p.citizen_id_hash = r.citizen_id_hash AND p.state = 'active'"""

NEW_HOUSES: Final = _noted(
    "house",
    f"""
    INSERT INTO residents_house (id, municipality_id, house_code, number, number_order, area_id, road, lane,
        is_central_register, point, point_source, state, search_text, version, created_at, updated_at)
    SELECT h.id, h.municipality_id, h.house_code, h.number, h.number_order, h.area_id, h.road, h.lane,
        h.is_central_register, h.point, CASE WHEN h.point IS NULL THEN '' ELSE 'file' END, 'active',
        trim(concat_ws(' ', h.search_text, a.words)), 1, %(now)s, %(now)s
    FROM residents_importhouse h
    LEFT JOIN unnest(%(area_ids)s::uuid[], %(area_words)s::text[]) AS a (id, words) ON a.id = h.area_id
    WHERE {_HOUSES} AND h.house_id IS NULL
    ON CONFLICT (municipality_id, id) DO NOTHING""",
)

_CODE_GAINED: Final = """(h.house_code <> '' AND h.house_code <> x.house_code
    AND (x.house_code = '' OR (h.house_code_is_valid AND x.house_code !~ '^[1-9][0-9]{10}$')))"""
_NUMBER_CHANGED: Final = "(h.matched_by = 'code' AND h.number <> '' AND x.number <> h.number)"
_AREA_CHANGED: Final = """(h.area_id IS NOT NULL AND x.area_id IS DISTINCT FROM h.area_id
    AND (h.matched_by = 'code' OR x.area_id IS NULL))"""
# A point set on the map or in the field was seen by a person; a file does not move it.
_POINT_GAINED: Final = """(h.point IS NOT NULL AND x.point IS DISTINCT FROM h.point
    AND x.point_source IN ('', 'file', 'address_match'))"""
_HOUSE_DIFFERS: Final = f"""x.id = h.house_id AND {_HOUSES} AND NOT x.is_central_register
    AND ({_CODE_GAINED} OR {_NUMBER_CHANGED} OR {_AREA_CHANGED} OR {_POINT_GAINED}
         OR (h.road <> '' AND x.road <> h.road) OR (h.lane <> '' AND x.lane <> h.lane))"""

CHANGED_HOUSES_BEFORE: Final = f"""
    SELECT x.id, jsonb_build_object('house_code', x.house_code, 'number', x.number, 'number_order', x.number_order,
        'area_id', x.area_id, 'road', x.road, 'lane', x.lane, 'point', x.point::text,
        'point_source', x.point_source, 'search_text', x.search_text)::text, x.version + 1
    FROM residents_house x, residents_importhouse h
    WHERE {_HOUSE_DIFFERS} FOR UPDATE OF x"""

CHANGED_HOUSES: Final = f"""
    UPDATE residents_house x SET
        house_code = CASE WHEN {_CODE_GAINED} THEN h.house_code ELSE x.house_code END,
        number = CASE WHEN {_NUMBER_CHANGED} THEN h.number ELSE x.number END,
        number_order = CASE WHEN {_NUMBER_CHANGED} THEN h.number_order ELSE x.number_order END,
        area_id = CASE WHEN {_AREA_CHANGED} THEN h.area_id ELSE x.area_id END,
        road = coalesce(nullif(h.road, ''), x.road), lane = coalesce(nullif(h.lane, ''), x.lane),
        point = CASE WHEN {_POINT_GAINED} THEN h.point ELSE x.point END,
        point_source = CASE WHEN {_POINT_GAINED}
            THEN CASE WHEN h.matched_by = 'address' THEN 'address_match' ELSE 'file' END ELSE x.point_source END,
        search_text = trim(concat_ws(' ', h.search_text, (
            SELECT a.words FROM unnest(%(area_ids)s::uuid[], %(area_words)s::text[]) AS a (id, words)
            WHERE a.id = CASE WHEN {_AREA_CHANGED} THEN h.area_id ELSE x.area_id END))),
        version = x.version + 1, updated_at = %(now)s
    FROM residents_importhouse h
    WHERE {_HOUSE_DIFFERS}"""

NEW_HOUSEHOLDS: Final = _noted(
    "household",
    f"""
    INSERT INTO residents_household (id, municipality_id, house_id, sequence, name, state, created_at)
    SELECT h.id, h.municipality_id, coalesce(h.house_id, h.id),
        coalesce((SELECT max(k.sequence) + 1 FROM residents_household k WHERE k.house_id = h.house_id), 1),
        '', 'active', %(now)s
    FROM residents_importhouse h
    WHERE {_HOUSES} AND h.household_id IS NULL
    ON CONFLICT (municipality_id, id) DO NOTHING""",
)

NEW_PEOPLE: Final = _noted(
    "person",
    f"""
    INSERT INTO residents_person (id, municipality_id, title, given_name, family_name, sex, birth_date,
        birth_precision, citizen_id_encrypted, citizen_id_hash, citizen_id_is_valid, citizen_id_note, phone,
        nationality, vital_state, death_date, state, search_name, version, created_at, updated_at)
    SELECT r.id, r.municipality_id, r.title, r.given_name, r.family_name, r.sex, r.birth_date, r.birth_precision,
        r.citizen_id_encrypted, r.citizen_id_hash, r.citizen_id_is_valid,
        CASE WHEN r.citizen_id_is_valid THEN '' ELSE 'ตามไฟล์ทะเบียนราษฎร์' END, r.phone, r.nationality,
        r.vital_state, r.death_date, 'active', r.search_name, 1, %(now)s, %(now)s
    FROM residents_importrow r
    WHERE {_ROWS} AND r.outcome = 'new' AND r.same_as_row IS NULL
    ON CONFLICT (municipality_id, id) DO NOTHING""",
)

_CHANGED: Final = f"{_ROWS} AND r.outcome = 'changed' AND r.same_as_row IS NULL AND p.id = r.person_id"

CHANGED_PEOPLE_BEFORE: Final = f"""
    SELECT p.id, jsonb_build_object('title', p.title, 'given_name', p.given_name, 'family_name', p.family_name,
        'sex', p.sex, 'birth_date', p.birth_date, 'birth_precision', p.birth_precision,
        'citizen_id_encrypted', encode(p.citizen_id_encrypted, 'hex'),
        'citizen_id_hash', encode(p.citizen_id_hash, 'hex'), 'citizen_id_is_valid', p.citizen_id_is_valid,
        'citizen_id_note', p.citizen_id_note, 'phone', p.phone, 'nationality', p.nationality,
        'vital_state', p.vital_state, 'death_date', p.death_date, 'search_name', p.search_name)::text, p.version + 1
    FROM residents_importrow r, residents_person p
    WHERE {_CHANGED} AND ({PERSON_DIFFERS}) FOR UPDATE OF p"""

_ID_GAINED: Final = "(r.citizen_id_hash IS NOT NULL AND (r.citizen_id_is_valid OR p.citizen_id_hash IS NULL))"

CHANGED_PEOPLE: Final = f"""
    UPDATE residents_person p SET
        title = coalesce(nullif(r.title, ''), p.title), given_name = r.given_name,
        family_name = coalesce(nullif(r.family_name, ''), p.family_name),
        search_name = CASE WHEN r.family_name = '' AND p.family_name <> '' THEN p.search_name ELSE r.search_name END,
        sex = CASE WHEN r.sex = 'unknown' THEN p.sex ELSE r.sex END,
        birth_date = coalesce(r.birth_date, p.birth_date),
        birth_precision = CASE WHEN r.birth_date IS NULL THEN p.birth_precision ELSE r.birth_precision END,
        citizen_id_encrypted = CASE WHEN {_ID_GAINED} THEN r.citizen_id_encrypted ELSE p.citizen_id_encrypted END,
        citizen_id_is_valid = CASE WHEN {_ID_GAINED} THEN r.citizen_id_is_valid ELSE p.citizen_id_is_valid END,
        citizen_id_note = CASE WHEN {_ID_GAINED} AND r.citizen_id_is_valid THEN '' ELSE p.citizen_id_note END,
        citizen_id_hash = CASE WHEN {_ID_GAINED} THEN r.citizen_id_hash ELSE p.citizen_id_hash END,
        phone = coalesce(nullif(r.phone, ''), p.phone),
        nationality = coalesce(nullif(r.nationality, ''), p.nationality),
        vital_state = CASE WHEN r.vital_state = 'dead' THEN 'dead' ELSE p.vital_state END,
        death_date = coalesce(r.death_date, p.death_date),
        version = p.version + 1, updated_at = %(now)s
    FROM residents_importrow r
    WHERE {_CHANGED} AND ({PERSON_DIFFERS})"""

# ── stays ─────────────────────────────────────────────────────────────────────────────────────────

_ENDING: Final = f"""
    SELECT m.id, m.started_on, r.moved_in_on, r.death_date,
           CASE WHEN r.vital_state = 'dead' THEN 'died' ELSE 'moved_out' END AS reason
    FROM residents_importrow r
    JOIN residents_householdmembership m ON m.person_id = r.person_id AND m.ended_on IS NULL
    JOIN residents_household k ON k.id = m.household_id
    LEFT JOIN residents_importhouse h ON h.batch_id = r.batch_id AND h.ordinal = r.house_ordinal
    WHERE {_ROWS} AND r.outcome = 'changed' AND r.same_as_row IS NULL AND (
        NOT {IS_HERE}
        OR (m.kind = 'registered' AND (r.is_registered IS FALSE
            OR (r.is_registered AND h.id IS NOT NULL AND k.house_id IS DISTINCT FROM coalesce(h.house_id, h.id))))
        OR (m.kind = 'resident' AND m.source = 'registry' AND (r.is_resident IS FALSE
            OR (r.is_resident AND h.id IS NOT NULL AND k.house_id IS DISTINCT FROM coalesce(h.house_id, h.id)))))"""

_STAY_VALUES: Final = (
    """jsonb_build_object('ended_on', m.ended_on, 'end_reason', m.end_reason, 'role', m.role)::text"""
)

ENDED_STAYS_BEFORE: Final = f"""
    SELECT m.id, {_STAY_VALUES}, 1
    FROM residents_householdmembership m JOIN ({_ENDING}) e ON e.id = m.id FOR UPDATE OF m"""

ENDED_STAYS: Final = f"""
    UPDATE residents_householdmembership m SET end_reason = e.reason,
        ended_on = greatest(e.started_on, CASE WHEN e.reason = 'died' THEN coalesce(e.death_date, %(on)s)
                                               ELSE coalesce(e.moved_in_on, %(on)s) END)
    FROM ({_ENDING}) e WHERE m.id = e.id"""

_ROLE_DIFFERS: Final = f"""{_ROWS} AND r.outcome = 'changed' AND r.same_as_row IS NULL AND r.role <> ''
    AND m.person_id = r.person_id AND m.ended_on IS NULL AND m.kind = 'registered' AND m.role <> r.role"""

CHANGED_ROLES_BEFORE: Final = f"""
    SELECT m.id, {_STAY_VALUES}, 2 FROM residents_importrow r, residents_householdmembership m
    WHERE {_ROLE_DIFFERS} FOR UPDATE OF m"""

CHANGED_ROLES: Final = f"""
    UPDATE residents_householdmembership m SET role = r.role FROM residents_importrow r WHERE {_ROLE_DIFFERS}"""


def _new_stays(kind: str, wanted: str) -> str:
    return _noted(
        "membership",
        f"""
        INSERT INTO residents_householdmembership (id, municipality_id, person_id, household_id, kind, role,
            started_on, end_reason, source, created_at)
        SELECT {UUID7}, r.municipality_id, coalesce(r.person_id, r.id), coalesce(h.household_id, h.id), '{kind}',
            coalesce(nullif(r.role, ''), 'occupant'),
            coalesce(r.moved_in_on, CASE r.movement WHEN '' THEN NULL WHEN 'born' THEN r.birth_date ELSE %(on)s END),
            '', 'registry', %(now)s
        FROM residents_importrow r
        JOIN residents_importhouse h ON h.batch_id = r.batch_id AND h.ordinal = r.house_ordinal
        WHERE {_ROWS} AND r.outcome IN ('new', 'changed') AND {IS_HERE} AND {wanted}
          AND NOT EXISTS (SELECT 1 FROM residents_householdmembership m
                          WHERE m.person_id = coalesce(r.person_id, r.id) AND m.kind = '{kind}'
                            AND m.ended_on IS NULL)""",
    )


NEW_REGISTERED_STAYS: Final = _new_stays("registered", "r.is_registered")
NEW_RESIDENT_STAYS: Final = _new_stays("resident", "r.is_resident")

_ABSENT: Final = """
    m.ended_on IS NULL AND EXISTS (
        SELECT 1 FROM residents_importabsence b WHERE b.batch_id = %(batch)s AND b.person_id = m.person_id
        AND (b.membership_id = m.id OR (m.kind = 'resident' AND m.source = 'registry')))"""

ABSENT_STAYS_BEFORE: Final = f"""
    SELECT m.id, {_STAY_VALUES}, 1 FROM residents_householdmembership m WHERE {_ABSENT} FOR UPDATE OF m"""

ABSENT_STAYS: Final = f"""
    UPDATE residents_householdmembership m
    SET ended_on = greatest(m.started_on, %(on)s), end_reason = 'absent_from_extract'
    WHERE {_ABSENT}"""
