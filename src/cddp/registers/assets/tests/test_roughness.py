"""วัดความขรุขระ: known bumps are found within one stretch, a smooth road has none, and a phone may lie as it likes."""

import datetime as dt
from array import array
from collections.abc import Iterable
from uuid import uuid4

import pytest

from cddp.registers.assets.choices import RoughnessGrade
from cddp.registers.assets.rules.road_lines import Plane, RoadLine, RoadNetwork
from cddp.registers.assets.rules.roughness import (
    Limits,
    Recording,
    TraceRefused,
    grade_of,
    judge_sensor,
    suggest_condition,
)
from cddp.registers.assets.rules.stretches import Measured, Stretch, bounds_of, measure, stretch_count
from cddp.registers.assets.rules.trace_rows import RowReader, read_number, read_time, suggest_mapping, unit_in
from cddp.registers.assets.tests.rides import BASE_TIME, START, point, ride, tilted

PLANE = Plane(*START)
ROAD = RoadLine.on(PLANE, uuid4(), [point(0), point(400), point(1000)])
DAY = dt.date(2026, 11, 26)


def recorded(rows: Iterable[tuple[float, float, float, float]], *, lying: bool = False) -> Recording:
    mapping = {"time": "t", "lat": "lat", "lon": "lon"}
    mapping |= {axis: axis for axis in "xyz"} if lying else {"vertical": "v"}
    reader = RowReader(mapping, day=DAY)
    for number, (at, lat, lon, value) in enumerate(rows, 2):
        row = {"t": f"{at:.4f}", "lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "v": f"{value:.4f}"}
        if lying:
            row |= {axis: f"{part:.4f}" for axis, part in zip("xyz", tilted(value), strict=True)}
        reader.take(number, row)
    return reader.recording()


def measured(recording: Recording, *, roads: list[RoadLine] | None = None, unit: str = "") -> Measured:
    return measure(recording, [ROAD] if roads is None else roads, PLANE, Limits(), unit=unit)


def bad(found: Measured) -> list[Stretch]:
    bad = {RoughnessGrade.ROUGH, RoughnessGrade.BROKEN}
    return sorted((each for each in found.stretches if each.grade in bad), key=lambda each: each.from_m)


@pytest.mark.parametrize("hz", [10, 50, 100])
def test_known_bumps_are_found_within_one_stretch(hz: int) -> None:
    bumps = [180, 525, 870]
    found = bad(measured(recorded(ride(bumps=bumps, hz=hz, hard=14 if hz == 10 else 9))))
    for bump in bumps:
        assert any(each.from_m - 50 <= bump <= each.until_m + 50 for each in found), bump
    assert all(any(each.from_m - 50 <= bump <= each.until_m + 50 for bump in bumps) for each in found)
    assert len(found) <= 2 * len(bumps)


@pytest.mark.parametrize("hz", [10, 50, 100])
def test_a_smooth_trace_finds_none(hz: int) -> None:
    found = measured(recorded(ride(hz=hz)))
    assert bad(found) == []
    assert len(found.stretches) == 20
    assert {each.grade for each in found.stretches} == {RoughnessGrade.SMOOTH}
    assert found.unmatched_m == 0


@pytest.mark.parametrize("lying", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_broken_part_is_found_in_both_directions_however_the_phone_lies(
    lying: bool, backwards: bool
) -> None:
    found = bad(measured(recorded(ride(rough=(400, 500), backwards=backwards), lying=lying)))
    assert {each.from_m for each in found} >= {400, 450}
    assert all(350 <= each.from_m <= 500 for each in found)
    assert all(each.grade == RoughnessGrade.BROKEN for each in found if each.from_m in (400, 450))


def test_three_axes_without_gravity_are_read_along_the_strongest_shaking() -> None:
    recording = recorded(ride(rough=(400, 500)))
    shaking = recording.axes[0]
    askew = [array("d", (share * value for value in shaking)) for share in (0.6, 0.0, 0.8)]
    recording.axes = askew
    found = bad(measured(recording))
    assert {each.from_m for each in found} >= {400, 450}


def test_faster_rides_over_one_road_are_brought_to_one_speed() -> None:
    # Shaking that grows with the root of the speed is one and the same road.
    slow = measured(recorded(ride(kmh=30, base=0.5 * (30 / 40) ** 0.5)))
    fast = measured(recorded(ride(kmh=70, base=0.5 * (70 / 40) ** 0.5)))
    usual = [
        sum(each.roughness or 0 for each in found.stretches) / len(found.stretches) for found in (slow, fast)
    ]
    assert usual[0] == pytest.approx(usual[1], rel=0.08)


def test_standing_slow_and_jumping_parts_are_left_out_and_counted() -> None:
    rows = list(ride())
    standing = [(rows[-1][0] + 0.02 * n, rows[-1][1], rows[-1][2], 5.0) for n in range(1, 500)]
    jump = (standing[-1][0] + 1, rows[-1][1] + 0.05, rows[-1][2], 0.1)
    after = [(jump[0] + 1 + 0.02 * n, rows[-1][1], rows[-1][2], 0.1) for n in range(100)]
    found = measured(recorded([*rows, *standing, jump, *after]))
    assert found.dropped["jump"] > 0
    assert found.used + sum(found.dropped.values()) == found.samples
    assert bad(found) == []


def test_a_slow_ride_says_that_it_could_not_measure() -> None:
    found = measured(recorded(ride(kmh=12, length_m=400)))
    assert found.used == 0
    assert {each.grade for each in found.stretches} == {RoughnessGrade.UNKNOWN}
    assert found.dropped["slow"] > 1000


def test_a_gap_of_the_gps_is_no_measurement() -> None:
    rows = [row for row in ride(rough=(400, 500)) if not 30 < row[0] - BASE_TIME < 52]
    found = measured(recorded(rows))
    assert all(not 350 < each.from_m < 400 for each in found.stretches)
    assert found.length_m < 900


def test_away_from_every_road_stretches_stand_by_themselves() -> None:
    found = measured(recorded(ride(away_m=60, bumps=[525])))
    assert all(each.road is None for each in found.stretches)
    assert 14 <= len(found.stretches) <= 20
    assert found.unmatched_m == pytest.approx(found.length_m)
    assert any(each.grade == RoughnessGrade.ROUGH for each in found.stretches)


def test_a_road_that_is_only_crossed_is_not_measured() -> None:
    crossing = RoadLine.on(PLANE, uuid4(), [point(500, north_m=-300), point(500, north_m=300)])
    found = measured(recorded(ride()), roads=[ROAD, crossing])
    assert {each.road.key for each in found.stretches if each.road} == {ROAD.key}


def test_a_parallel_road_is_told_apart_by_nearness() -> None:
    other = RoadLine.on(PLANE, uuid4(), [point(0, north_m=16), point(1000, north_m=16)])
    found = measured(recorded(ride(away_m=12)), roads=[ROAD, other])
    assert {each.road.key for each in found.stretches if each.road} == {other.key}


def test_lines_know_their_chainage() -> None:
    assert ROAD.length_m == pytest.approx(1000, abs=2)
    assert ROAD.locate(PLANE.flat(point(250, north_m=8))) == pytest.approx((250, 8), abs=1)
    assert ROAD.part(380, 420)[1] == point(400)
    assert RoadNetwork([]).match((0, 0), (10, 0)) is None


@pytest.mark.parametrize(
    ("length", "count", "last"), [(10, 1, 10), (60, 1, 60), (80, 2, 80), (1000, 20, 1000)]
)
def test_a_short_rest_belongs_to_the_stretch_before(length: float, count: int, last: float) -> None:
    assert stretch_count(length) == count
    assert bounds_of(length, count - 1)[1] == last


@pytest.mark.parametrize(("factor", "unit"), [(1.0, "ms2"), (1 / 9.80665, "g"), (1000 / 9.80665, "mg")])
def test_gravity_tells_the_unit(factor: float, unit: str) -> None:
    recording = recorded(ride(length_m=300), lying=True)
    recording.axes = [array("d", (factor * value for value in axis)) for axis in recording.axes]
    sensor = judge_sensor(recording)
    assert (sensor.unit, sensor.has_gravity) == (unit, True)
    assert sensor.scale * factor == pytest.approx(1, rel=0.02)


def test_one_axis_askew_is_stretched_by_the_share_of_gravity_on_it() -> None:
    recording = recorded(ride(length_m=300))
    recording.axes = [array("d", (0.7 * (9.80665 + value) for value in recording.axes[0]))]
    assert judge_sensor(recording).scale == pytest.approx(1 / 0.7, rel=0.02)


@pytest.mark.parametrize(
    ("roughness", "worst", "grade"),
    [(0.5, 2.0, "smooth"), (0.5, 7.0, "rough"), (1.0, 2.0, "fair"), (1.7, 2.0, "rough"), (3.0, 9.0, "broken"),
     (None, None, "unknown")],
)  # fmt: skip
def test_grades(roughness: float | None, worst: float | None, grade: str) -> None:
    assert grade_of(roughness, worst, Limits()) == grade


@pytest.mark.parametrize(
    ("metres", "condition"),
    [
        ({"smooth": 1000}, 1),
        ({"smooth": 850, "fair": 150}, 2),
        ({"smooth": 800, "rough": 200}, 3),
        ({"smooth": 500, "rough": 450, "broken": 50}, 4),
        ({"smooth": 700, "broken": 300}, 5),
        ({"unknown": 300}, None),
    ],
)
def test_a_condition_is_suggested_by_length(metres: dict[str, float], condition: int | None) -> None:
    assert suggest_condition(metres) == condition


# --- reading rows ---


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (["Time", "Lat", "Lon", "Acc Z (m/s²)"],
         {"time": "Time", "lat": "Lat", "lon": "Lon", "vertical": "Acc Z (m/s²)"}),
        (
            ["timestamp", "latitude", "longitude", "ax", "ay", "az", "gyroX"],
            {"time": "timestamp", "lat": "latitude", "lon": "longitude", "x": "ax", "y": "ay", "z": "az"},
        ),
        (
            ["loggingTime(txt)", "locationLatitude(WGS84)", "locationLongitude(WGS84)", "accelerometerAccelerationX(G)",
             "accelerometerAccelerationY(G)", "accelerometerAccelerationZ(G)"],
            {"time": "loggingTime(txt)", "lat": "locationLatitude(WGS84)", "lon": "locationLongitude(WGS84)",
             "x": "accelerometerAccelerationX(G)", "y": "accelerometerAccelerationY(G)",
             "z": "accelerometerAccelerationZ(G)"},
        ),
        (["เวลา", "ละติจูด", "ลองจิจูด", "ความเร่งแนวดิ่ง"],
         {"time": "เวลา", "lat": "ละติจูด", "lon": "ลองจิจูด", "vertical": "ความเร่งแนวดิ่ง"}),
        (["a", "b"], {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_from_headings(columns: list[str], mapping: dict[str, str]) -> None:
    assert suggest_mapping(columns) == mapping


def test_swapped_coordinates_are_seen_in_what_the_columns_hold() -> None:
    samples = [{"t": "1", "lat": "100.51", "lon": "13.98", "acc": "0.1"}]
    guessed = suggest_mapping(["time", "lat", "lon", "acc"], samples)
    assert (guessed["lat"], guessed["lon"]) == ("lon", "lat")


@pytest.mark.parametrize(
    ("heading", "unit"), [("ax (m/s²)", "ms2"), ("accX(G)", "g"), ("Acc [mg]", "mg"), ("ax", "")]
)
def test_units_in_headings(heading: str, unit: str) -> None:
    assert unit_in(heading) == unit


@pytest.mark.parametrize(
    ("text", "number"), [("1.5", 1.5), ("1,5", 1.5), ("๑.๕", 1.5), ("−2", -2.0),
                         ("abc", None), ("nan", None), ("", None)]
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["2026-11-26T10:00:00.5+07:00", "2026-11-26 10:00:00.5", "26/11/2569 10:00:00.5", "1795662000.5", "1795662000500",
     "1795662000500000000", "10:00:00.5"],
)  # fmt: skip
def test_times_of_all_sorts(text: str) -> None:
    assert read_time(text, day=DAY) == pytest.approx(1795662000.5, abs=1e-3)


def test_each_bad_row_is_named_and_the_good_ones_stay() -> None:
    reader = RowReader({"time": "t", "lat": "lat", "lon": "lon", "vertical": "v"}, day=DAY)
    good = {"t": "1795662000", "lat": "13.98", "lon": "100.5", "v": "0.1"}
    rows = [
        good,
        good | {"t": "เมื่อวาน"},
        good | {"t": "1795661000"},
        good | {"lat": "0", "lon": "0"},
        good | {"lat": "100.5", "lon": "13.98"},
        good | {"lat": "51.5"},
        good | {"lat": ""},
        good | {"v": "แรงมาก"},
        good | {"v": "99999"},
        good | {"t": "1795662001", "v": ""},
        good | {"t": "1795662002", "lat": "", "lon": ""},
    ]
    for number, row in enumerate(rows, 2):
        reader.take(number, row)
    assert [(each.row, each.field, each.code) for each in reader.problems] == [
        (3, "time", "unreadable"),
        (4, "time", "backwards"),
        (5, "lat", "zero"),
        (6, "lat", "swapped"),
        (7, "lat", "outside"),
        (8, "lat", "blank"),
        (9, "vertical", "not_number"),
        (10, "vertical", "impossible"),
    ]
    assert len(reader.recording().times) == 2


def refusal(rows: list[dict[str, str]]) -> str:
    reader = RowReader({"time": "t", "lat": "lat", "lon": "lon", "vertical": "v"}, day=DAY)
    for number, row in enumerate(rows, 2):
        reader.take(number, row)
    with pytest.raises(TraceRefused) as refused:
        measured(reader.recording())
    return refused.value.code


def rows_of(**changes: str) -> list[dict[str, str]]:
    return [
        {"t": f"{at:.3f}", "lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "v": f"{value:.3f}"} | changes
        for at, lat, lon, value in ride(length_m=100)
    ]


def test_files_that_cannot_be_measured_are_refused() -> None:
    assert refusal([]) == "empty"
    assert refusal(rows_of()[:20]) == "no_position" or refusal(rows_of()[:20]) == "too_few"
    assert refusal(rows_of(v="9.81")) == "constant"
    assert refusal(rows_of(lat="0", lon="0")) == "zero"
    assert refusal(rows_of(lat="100.5", lon="13.98")) == "swapped"
    assert refusal(rows_of(lat="", lon="")) == "no_position"
    assert refusal(rows_of(v="")) == "no_values"
    assert refusal(list(reversed(rows_of()))) == "backwards"
    assert refusal([row for n, row in enumerate(rows_of() * 1) if n % 25 == 0] * 1) == "too_few"


def test_one_value_a_second_is_too_few_to_feel_a_road() -> None:
    with pytest.raises(TraceRefused) as refused:
        measured(recorded(ride(hz=1, length_m=1000)))
    assert refused.value.code == "too_slow_rate"


def test_times_in_whole_seconds_are_spread() -> None:
    rows = [(float(int(at)), lat, lon, value) for at, lat, lon, value in ride(rough=(400, 500))]
    recording = recorded(rows)
    assert recording.rate_hz == pytest.approx(50, rel=0.05)
    assert {each.from_m for each in bad(measured(recording))} >= {400, 450}


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000])
def test_times_since_the_start_of_the_program(unit: int) -> None:
    rows = [((at - BASE_TIME) * unit, lat, lon, value) for at, lat, lon, value in ride(length_m=300)]
    recording = recorded(rows)
    assert recording.rate_hz == pytest.approx(50, rel=0.02)
    assert dt.datetime.fromtimestamp(recording.times[0], dt.UTC).date() == DAY
