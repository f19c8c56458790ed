"""Whatever a delivery holds, it is read; what is known is read right."""

import json
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.rules.line_events import EventKind, read_events
from cddp.operations.complaints.rules.line_taps import Action, Tap, read_tap, write_tap
from tests.fakes.line_people import Person, again, body_of
from tests.shared import shared_path


def real_body() -> bytes:
    return shared_path("data", "line", "webhook_v3_28_events.json").read_bytes()


def read_one(event: object):
    [found] = read_events(json.dumps({"events": [event]}).encode()).events
    return found


def test_all_events_of_the_definition_are_read():
    delivery = read_events(real_body())
    assert (delivery.is_readable, len(delivery.events)) == (True, len(json.loads(real_body())["events"]))
    kinds = [event.kind for event in delivery.events]
    assert kinds.count(EventKind.TEXT) == 4
    assert kinds.count(EventKind.TAP) == 4
    assert kinds.count(EventKind.PHOTO) == 1
    # sticker, video, audio, file, and a picture that lies on somebody else's server
    assert kinds.count(EventKind.OTHER_MEDIA) == 5
    for kind in (EventKind.PLACE, EventKind.EDIT, EventKind.UNSEND, EventKind.FOLLOW, EventKind.UNFOLLOW):
        assert kinds.count(kind) == 1
    assert kinds.count(EventKind.INVITED) == 1
    # leave, two beacons, account link, member joined and left, film watched, and one that LINE never defined
    assert kinds.count(EventKind.UNKNOWN) == 8


def test_what_is_said_in_groups_and_rooms_is_not_private():
    events = read_events(real_body()).events
    assert {event.source for event in events if not event.is_private} == {"group", "room"}
    assert all(event.source == "user" for event in events if event.is_private)


def test_a_set_of_photos_and_a_place_are_read_with_their_parts():
    events = read_events(real_body()).events
    photo = next(event for event in events if event.kind is EventKind.PHOTO)
    assert (photo.set_id, photo.set_index, photo.set_total) == ("E005D41A7288F41B655", 2, 2)
    place = next(event for event in events if event.kind is EventKind.PLACE)
    assert (round(place.lat, 3), round(place.lng, 3), place.title) == (35.659, 139.704, "my location")


def test_our_invented_people_write_what_the_definition_demands():
    schemas = yaml.safe_load(shared_path("data", "line", "line_openapi_webhook.yml").read_text("utf-8"))[
        "components"
    ]["schemas"]

    def required(name: str) -> set[str]:
        schema = schemas[name]
        parts = [schema, *schema.get("allOf", [])]
        own = {field for part in parts for field in part.get("required", [])}
        return own.union(*(required(part["$ref"].rpartition("/")[2]) for part in parts if "$ref" in part))

    person = Person(Random(1))
    text = person.text("สวัสดี")
    made = [text, person.location(18.5, 99.0), person.tap("x"), person.follow(), person.unfollow()]
    made += [person.sticker(), person.unsend(text), *person.photos([b"1", b"2"])]
    types = schemas["Event"]["discriminator"]["mapping"]
    messages = schemas["MessageContent"]["discriminator"]["mapping"]
    for event in made:
        lacking = required(types[event["type"]].rpartition("/")[2]) - set(event)
        assert lacking == set(), event["type"]
        if "message" in event:
            name = messages[event["message"]["type"]].rpartition("/")[2]
            assert required(name) - set(event["message"]) == set(), name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"\xff\xfe\x00",
        b'{"events": {}}',
        b'{"events": 5}',
        b"[" * 100_000,
        b'{"events": [' + b"[" * 100_000,
        b'{"events": [{"timestamp": ' + b"9" * 5000 + b"}]}",
    ],
)
def test_a_body_that_is_no_delivery_says_so(body):
    assert not read_events(body).is_readable


@pytest.mark.parametrize(
    "body", [b'{"destination": "U1", "events": []}', b"{}", b'{"events": [null, 5, "x", []]}']
)
def test_no_events_at_all_is_in_order(body):
    delivery = read_events(body)
    assert (delivery.is_readable, delivery.events) == (True, ())


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": None, "source": None, "message": None, "deliveryContext": None, "timestamp": None},
        {"type": 5, "source": [], "message": "x", "postback": 1, "unsend": [], "timestamp": "soon"},
        {"type": "message", "message": {"type": ["text"], "text": {"a": 1}, "id": 7}},
        {
            "type": "message",
            "source": {"type": "user"},
            "message": {"type": "image", "imageSet": {"index": "1"}},
        },
        {"type": "message", "message": {"type": "location", "latitude": "x", "longitude": True}},
        {"type": "message", "message": {"type": "location", "latitude": 18.5}},
        {"type": "postback", "timestamp": -5, "webhookEventId": "x" * 5000},
        {"type": "postback", "timestamp": 10**30, "webhookEventId": 12},
    ],
)
def test_an_event_of_any_shape_is_read(event):
    found = read_one(event)
    assert found.event_id
    assert len(found.event_id) <= 100
    assert not found.is_private
    assert (found.lat is None) == (found.lng is None)
    assert 0 <= found.at_ms <= 4_102_444_800_000


def test_without_an_id_the_same_event_is_recognised_by_what_it_says():
    event = {
        "type": "message",
        "timestamp": 5,
        "replyToken": "a",
        "message": {"type": "text", "text": "x", "id": "1"},
    }
    repeated = event | {"replyToken": "b", "deliveryContext": {"isRedelivery": True}}
    other = event | {"timestamp": 6}
    assert read_one(event).event_id == read_one(repeated).event_id != read_one(other).event_id


def test_what_the_database_cannot_hold_is_taken_out():
    raw = (
        '{"events": [{"type": "message", "a\\u0000": NaN, "b": 1e999, "c": [{"d": "\\ud800x"}], "message":'
        ' {"type": "text", "id": "1", "text": "\\u0000\\udfffน้ำท่วม \\ud83c\\udf0a"}}]}'
    )
    [event] = read_events(raw.encode()).events
    assert event.text == "น้ำท่วม 🌊"
    assert (event.payload["a"], event.payload["b"], event.payload["c"]) == (None, None, [{"d": "x"}])


def test_an_event_in_a_traceback_tells_nothing_of_the_person():
    event = read_one(Person(Random(2)).text("บ้านเลขที่ 5 โทร 0812345678"))
    assert "0812345678" not in repr(event)
    assert event.user_id not in repr(event)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["type", "source", "message", "timestamp", "postback", "unsend", "mode", "webhookEventId"]
)


@given(st.lists(st.dictionaries(NAMES, JSON, max_size=8) | JSON, max_size=5))
def test_nothing_breaks_the_reader(events):
    delivery = read_events(
        json.dumps({"destination": None, "events": events}).encode("utf-8", "surrogatepass")
    )
    assert delivery.is_readable
    assert len(delivery.events) == sum(isinstance(event, dict) for event in events)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body):
    read_events(body)


def test_what_a_delivery_says_twice_is_told_as_redelivery():
    event = Person(Random(3)).text("ไฟดับ")
    first, second = read_events(body_of([event, again(event)])).events
    assert (first.is_redelivery, second.is_redelivery) == (False, True)
    assert first.event_id == second.event_id


@given(st.sampled_from(Action), st.lists(st.text(max_size=7), max_size=3))
def test_a_button_carries_any_words_there_and_back(action, about):
    assert read_tap(write_tap(action, *about)) == Tap(action, tuple(about)) or about == []
    assert read_tap(write_tap(action)).said() == ""


def test_a_button_that_would_not_fit_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="category"):
        write_tap(Action.CATEGORY, "ก" * 100)


@pytest.mark.parametrize(
    "data", ["", "v1", "v1:", "v0:confirm", "v1:unknown:5", "action=buy&item=1", "confirm"]
)
def test_a_button_of_somebody_else_means_nothing(data):
    assert read_tap(data) is None
