"""คำสั่ง SQL ของการจับคู่: each statement works on one batch, in the current town (row-level security).

Conventions: r = row of the file, h = house of the file, p = person, m = membership, x = house of the register.
"""

from typing import Final

UUID7: Final = (
    "encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing "
    "substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), "
    "'hex')::uuid"
)
"""A UUIDv7 made by the database: 48 bits of milliseconds, the rest random, version bits set."""

# ── houses ────────────────────────────────────────────────────────────────────────────────────────

HOUSES_RESET: Final = """
    UPDATE residents_importhouse SET house_id = NULL, household_id = NULL, matched_by = ''
    WHERE batch_id = %(batch)s AND house_id IS NOT NULL"""

_SET_HOUSE: Final = """
    UPDATE residents_importhouse h SET house_id = f.house_id, matched_by = f.matched_by, household_id = (
        SELECT k.id FROM residents_household k WHERE k.house_id = f.house_id AND k.state = 'active'
        ORDER BY k.sequence LIMIT 1)
    FROM found f WHERE h.id = f.id"""

HOUSES_BY_CODE: Final = f"""
    WITH found AS (
        SELECT h.id, x.id AS house_id, 'code' AS matched_by
        FROM residents_importhouse h
        JOIN residents_house x ON x.house_code = h.house_code AND x.state = 'active'
        WHERE h.batch_id = %(batch)s AND h.house_code_is_valid)
    {_SET_HOUSE}"""

HOUSES_OF_CENTRAL_REGISTER: Final = f"""
    WITH found AS (
        SELECT h.id, (array_agg(x.id ORDER BY x.id))[1] AS house_id, 'central' AS matched_by
        FROM residents_importhouse h
        JOIN residents_house x ON x.is_central_register AND x.state = 'active'
        WHERE h.batch_id = %(batch)s AND h.is_central_register AND h.house_id IS NULL
        GROUP BY h.id)
    {_SET_HOUSE}"""

# Road and lane must not contradict; two houses with two valid codes are two houses; a doubtful pair stays apart.
HOUSES_BY_ADDRESS: Final = f"""
    WITH pairs AS (
        SELECT h.id, x.id AS house_id,
               count(*) OVER (PARTITION BY h.id) AS of_row, count(*) OVER (PARTITION BY x.id) AS of_house
        FROM residents_importhouse h
        JOIN residents_house x ON x.number = h.number AND x.area_id IS NOT DISTINCT FROM h.area_id
             AND x.state = 'active' AND NOT x.is_central_register
        WHERE h.batch_id = %(batch)s AND h.house_id IS NULL AND h.number <> '' AND NOT h.is_central_register
          AND NOT (h.house_code_is_valid AND x.house_code ~ '^[1-9][0-9]{{10}}$')
          AND (x.road = h.road OR x.road = '' OR h.road = '')
          AND (x.lane = h.lane OR x.lane = '' OR h.lane = '')
          AND NOT EXISTS (SELECT 1 FROM residents_importhouse o WHERE o.batch_id = %(batch)s AND o.house_id = x.id)),
    found AS (SELECT id, house_id, 'address' AS matched_by FROM pairs WHERE of_row = 1 AND of_house = 1)
    {_SET_HOUSE}"""

# A code that is no code may stand in the register already; then only that house keeps it.
HOUSES_UNIQUE_CODES: Final = """
    UPDATE residents_importhouse h SET house_code = ''
    WHERE h.batch_id = %(batch)s AND h.house_code <> '' AND NOT h.house_code_is_valid
      AND EXISTS (SELECT 1 FROM residents_house x WHERE x.house_code = h.house_code AND x.state = 'active'
                  AND x.id IS DISTINCT FROM h.house_id)"""

# ── persons ───────────────────────────────────────────────────────────────────────────────────────

ROWS_RESET: Final = """
    UPDATE residents_importrow r SET outcome = 'new', person_id = NULL, movement = '', candidate_ids = '{}',
        problems = (SELECT coalesce(jsonb_agg(e), '[]') FROM jsonb_array_elements(r.problems) e
                    WHERE e ->> 1 <> ALL (%(codes)s))
    WHERE r.batch_id = %(batch)s
      AND (r.person_id IS NOT NULL OR r.movement <> '' OR r.outcome IN ('changed', 'unchanged')
           OR cardinality(r.candidate_ids) > 0)"""

PEOPLE_TABLES: Final = (
    "DROP TABLE IF EXISTS import_rows, import_found",
    """CREATE TEMP TABLE import_rows ON COMMIT DROP AS
       SELECT r.id, r.citizen_id_hash AS hash, r.citizen_id_is_valid AS is_valid, r.given_name, r.family_name,
              r.birth_date, r.birth_precision, h.house_id
       FROM residents_importrow r
       LEFT JOIN residents_importhouse h ON h.batch_id = r.batch_id AND h.ordinal = r.house_ordinal
       WHERE r.batch_id = %(batch)s AND r.outcome = 'new' AND r.same_as_row IS NULL""",
    "ANALYZE import_rows",
    # how: 'id', 'name', or the code of what is unclear
    "CREATE TEMP TABLE import_found (id uuid, person_id uuid, how text) ON COMMIT DROP",
)

_SAME_BIRTH: Final = """(p.birth_date = r.birth_date
    OR ((p.birth_precision <> 'day' OR r.birth_precision <> 'day')
        AND extract(year FROM p.birth_date) = extract(year FROM r.birth_date)))"""

PEOPLE_BY_ID: Final = f"""
    INSERT INTO import_found
    SELECT r.id, p.id, CASE WHEN p.given_name = r.given_name OR coalesce({_SAME_BIRTH}, false)
                            THEN 'id' ELSE 'id_of_other' END
    FROM import_rows r
    JOIN residents_person p ON p.citizen_id_hash = r.hash AND p.state = 'active'"""

# Two numbers that are both valid and differ belong to two persons, whatever their names.
PEOPLE_BY_NAME: Final = f"""
    WITH pairs AS (
        SELECT r.id, p.id AS person_id, r.hash IS NULL AND r.birth_date IS NULL AS is_bare,
               coalesce({_SAME_BIRTH}, false) AS same_birth,
               r.birth_date IS NULL OR p.birth_date IS NULL AS birth_unknown,
               EXISTS (SELECT 1 FROM residents_householdmembership m
                       JOIN residents_household k ON k.id = m.household_id
                       WHERE m.person_id = p.id AND m.ended_on IS NULL AND k.house_id = r.house_id) AS same_house
        FROM import_rows r
        JOIN residents_person p ON p.given_name = r.given_name AND p.family_name = r.family_name
             AND p.state = 'active'
        WHERE NOT EXISTS (SELECT 1 FROM import_found f WHERE f.id = r.id)
          AND NOT EXISTS (SELECT 1 FROM import_found f WHERE f.person_id = p.id AND f.how = 'id')
          AND (r.hash IS NULL OR p.citizen_id_hash IS NULL OR NOT r.is_valid OR NOT p.citizen_id_is_valid)),
    alike AS (
        SELECT *, count(*) FILTER (WHERE same_house) OVER (PARTITION BY id) AS at_home
        FROM pairs WHERE same_birth OR (birth_unknown AND (same_house OR is_bare)))
    INSERT INTO import_found
    SELECT id, person_id, CASE WHEN same_house AND at_home = 1 THEN 'name' ELSE 'namesake' END
    FROM alike WHERE same_house OR at_home = 0"""

PEOPLE_TWICE: Final = """
    UPDATE import_found f SET how = 'matched_twice'
    WHERE f.how = 'name' AND (SELECT count(*) FROM import_found o WHERE o.person_id = f.person_id
                              AND o.how IN ('id', 'name', 'matched_twice')) > 1"""

PEOPLE_AMBIGUOUS: Final = """
    UPDATE residents_importrow r
    SET outcome = 'ambiguous', candidate_ids = f.people,
        problems = r.problems || jsonb_build_array(jsonb_build_array('row', f.how))
    FROM (SELECT id, array_agg(person_id) AS people, min(how) AS how FROM import_found
          WHERE how NOT IN ('id', 'name') GROUP BY id) f
    WHERE r.id = f.id AND r.batch_id = %(batch)s"""

# What the file says and the register does not; an empty cell never erases what is known.
_PERSON_DIFFERS: Final = """
    (r.title <> '' AND p.title <> r.title) OR p.given_name <> r.given_name
    OR (r.family_name <> '' AND p.family_name <> r.family_name)
    OR (r.sex <> 'unknown' AND p.sex <> r.sex)
    OR (r.birth_date IS NOT NULL AND p.birth_date IS DISTINCT FROM r.birth_date
        AND NOT (r.birth_precision <> 'day' AND extract(year FROM p.birth_date) = extract(year FROM r.birth_date)))
    OR (r.citizen_id_hash IS NOT NULL AND p.citizen_id_hash IS DISTINCT FROM r.citizen_id_hash
        AND (r.citizen_id_is_valid OR p.citizen_id_hash IS NULL))
    OR (r.phone <> '' AND p.phone <> r.phone) OR (r.nationality <> '' AND p.nationality <> r.nationality)
    OR (r.vital_state = 'dead' AND p.vital_state <> 'dead')
    OR (r.death_date IS NOT NULL AND p.death_date IS DISTINCT FROM r.death_date)"""
PERSON_DIFFERS: Final = _PERSON_DIFFERS

IS_HERE: Final = "(r.vital_state = 'alive' AND NOT r.has_left)"
"""The row speaks of somebody who is alive and has not moved out."""

# ordinal of the wanted registered stay: where the row says; a missing house changes nothing
STAY_DIFFERS: Final = f"""
    (reg.id IS NOT NULL AND (NOT {IS_HERE} OR r.is_registered IS FALSE
        OR (r.is_registered AND h.id IS NOT NULL AND k.house_id IS DISTINCT FROM h.house_id)
        OR (r.role <> '' AND reg.role <> r.role)))
    OR (reg.id IS NULL AND {IS_HERE} AND r.is_registered AND h.id IS NOT NULL)
    OR (res.id IS NOT NULL AND (NOT {IS_HERE} OR (res.source = 'registry' AND (r.is_resident IS FALSE
        OR (r.is_resident AND h.id IS NOT NULL AND q.house_id IS DISTINCT FROM h.house_id)))))
    OR (res.id IS NULL AND {IS_HERE} AND r.is_resident AND h.id IS NOT NULL)"""

STAYS_JOINED: Final = """
    LEFT JOIN residents_importhouse h ON h.batch_id = r.batch_id AND h.ordinal = r.house_ordinal
    LEFT JOIN residents_householdmembership reg
           ON reg.person_id = p.id AND reg.kind = 'registered' AND reg.ended_on IS NULL
    LEFT JOIN residents_household k ON k.id = reg.household_id
    LEFT JOIN residents_householdmembership res
           ON res.person_id = p.id AND res.kind = 'resident' AND res.ended_on IS NULL
    LEFT JOIN residents_household q ON q.id = res.household_id"""

OUTCOMES: Final = f"""
    UPDATE residents_importrow t SET person_id = d.person_id, movement = d.movement,
           outcome = CASE WHEN d.differs THEN 'changed' ELSE 'unchanged' END
    FROM (
        SELECT r.id, p.id AS person_id, ({_PERSON_DIFFERS}) OR ({STAY_DIFFERS}) AS differs,
               CASE WHEN r.vital_state = 'dead' AND p.vital_state = 'alive' THEN 'died'
                    WHEN r.has_left AND reg.id IS NOT NULL THEN 'moved_out'
                    WHEN NOT {IS_HERE} OR r.is_registered IS NOT TRUE OR h.id IS NULL THEN ''
                    WHEN reg.id IS NULL THEN 'moved_in'
                    WHEN k.house_id IS DISTINCT FROM h.house_id THEN 'moved_within'
                    ELSE '' END AS movement
        FROM import_found f
        JOIN residents_importrow r ON r.id = f.id
        JOIN residents_person p ON p.id = f.person_id
        {STAYS_JOINED}
        WHERE f.how IN ('id', 'name')
    ) d
    WHERE t.id = d.id"""

# Somebody registered in one house and living in another has two rows: neither speaks against the other's stay.
ROWS_OF_TWO_STAYS: Final = """
    UPDATE residents_importrow r SET is_registered = nullif(r.is_registered, false),
        is_resident = nullif(r.is_resident, false)
    FROM residents_importrow s
    WHERE s.batch_id = %(batch)s AND s.same_as_row IS NOT NULL AND s.outcome = 'new'
      AND r.batch_id = %(batch)s AND r.row_number IN (s.row_number, s.same_as_row)"""

# The second of them follows the first, and changes something when its stay is not in the register.
OUTCOMES_OF_OTHER_STAYS: Final = """
    UPDATE residents_importrow r
    SET person_id = CASE WHEN f.outcome IN ('new', 'changed', 'unchanged') THEN coalesce(f.person_id, f.id) END,
        outcome = CASE WHEN f.outcome NOT IN ('new', 'changed', 'unchanged') THEN f.outcome
            WHEN EXISTS (
                SELECT 1 FROM residents_householdmembership m
                JOIN residents_household k ON k.id = m.household_id
                JOIN residents_importhouse h ON h.house_id = k.house_id
                WHERE m.person_id = f.person_id AND m.ended_on IS NULL AND h.batch_id = %(batch)s
                  AND h.ordinal = r.house_ordinal
                  AND m.kind = CASE WHEN r.is_registered THEN 'registered' ELSE 'resident' END)
            THEN 'unchanged' ELSE 'changed' END
    FROM residents_importrow f
    WHERE r.batch_id = %(batch)s AND r.same_as_row IS NOT NULL AND r.outcome IN ('new', 'changed', 'unchanged')
      AND f.batch_id = %(batch)s AND f.row_number = r.same_as_row"""

# Who is new since the last extract was born since then, or has moved in.
ROWS_NEW_MOVEMENT: Final = """
    UPDATE residents_importrow r
    SET movement = CASE WHEN r.birth_date > %(since)s THEN 'born' ELSE 'moved_in' END
    WHERE r.batch_id = %(batch)s AND r.outcome = 'new' AND r.vital_state = 'alive' AND NOT r.has_left"""

ABSENCES: Final = f"""
    WITH covered AS (SELECT DISTINCT area_id FROM residents_importhouse WHERE batch_id = %(batch)s),
    named AS (
        SELECT person_id FROM residents_importrow WHERE batch_id = %(batch)s AND person_id IS NOT NULL
        UNION SELECT unnest(candidate_ids) FROM residents_importrow WHERE batch_id = %(batch)s
        UNION SELECT p.id FROM residents_importrow r JOIN residents_person p ON p.citizen_id_hash = r.citizen_id_hash
              WHERE r.batch_id = %(batch)s AND r.outcome NOT IN ('new', 'changed', 'unchanged'))
    INSERT INTO residents_importabsence (id, municipality_id, batch_id, person_id, membership_id)
    SELECT {UUID7}, %(town)s, %(batch)s, m.person_id, m.id
    FROM residents_householdmembership m
    JOIN residents_household k ON k.id = m.household_id
    JOIN residents_house x ON x.id = k.house_id
    WHERE m.kind = 'registered' AND m.ended_on IS NULL
      AND (x.area_id IN (SELECT area_id FROM covered)
           OR x.id IN (SELECT house_id FROM residents_importhouse WHERE batch_id = %(batch)s))
      AND m.person_id NOT IN (SELECT person_id FROM named)"""
