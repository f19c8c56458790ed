"""บัญชีสาธิต: divisions, and one account for each role in each demo town, all with one password known to all.

Only demo towns get such accounts. The password comes from CDDP_DEMO_PASSWORD.
"""

import os
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import make_password

from cddp.config.demo.towns import DemoTown
from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.accounts.roles import load_roles
from cddp.foundation.accounts.services import let_work_here, set_up_division
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality

DEFAULT_PASSWORD: Final = "demo-2569-city"  # noqa: S105 - printed for everybody; demo towns only
DIVISIONS: Final = (
    ("clerk-office", "สำนักปลัดเทศบาล"),
    ("finance", "กองคลัง"),
    ("works", "กองช่าง"),
    ("health", "กองสาธารณสุขและสิ่งแวดล้อม"),
    ("education", "กองการศึกษา"),
    ("welfare", "กองสวัสดิการสังคม"),
    ("strategy", "กองยุทธศาสตร์และงบประมาณ"),
)
TWO_TOWNS_USERNAME: Final = "two-towns-registrar"


@dataclass(frozen=True)
class DemoPost:
    """ตำแหน่งสาธิต: a role, the division and the invented name of who holds it in each town."""

    role: str
    division: str
    position: str
    names: tuple[str, str, str]


POSTS: Final = (
    DemoPost("mayor", "clerk-office", "นายกเทศมนตรี", ("นายปรีชา ใจเมือง", "นางอัมพร คำวงศ์", "นายวิชัย แก้วสุข")),
    DemoPost("clerk", "clerk-office", "ปลัดเทศบาล", ("นางสาวนงลักษณ์ ยศดี", "นายสุเทพ วังมูล", "นางรัตนา ศรีเรือน")),
    DemoPost("town_admin", "strategy", "นักวิชาการคอมพิวเตอร์", ("นายธนภัทร สารใจ", "นางสาวพิชญา มูลแก้ว", "นายภูผา ดวงดี")),
    DemoPost("registrar", "clerk-office", "เจ้าหน้าที่ทะเบียน", ("นางวราภรณ์ บุญเรือน", "นายมานพ ตาคำ", "นางสาวจุฑามาศ ไชยวงศ์")),
    DemoPost(
        "complaints_officer", "clerk-office", "เจ้าหน้าที่รับเรื่องร้องเรียน",
        ("นายอนุชา ปินตาดี", "นางสาวดวงพร คำเมือง", "นางกัลยา รินคำ")
    ),
    DemoPost("care_officer", "welfare", "นักพัฒนาชุมชน", ("นางสาวอรทัย สุริยะมา", "นางลัดดา ธรรมใจ", "นายนพดล ยาวงศ์")),
    DemoPost("director", "works", "ผู้อำนวยการกองช่าง", ("นายณรงค์ พรหมงาม", "นายไพศาล ขัติสุข", "นายเดชา วงศ์ปัน")),
    DemoPost("asset_officer", "clerk-office", "เจ้าพนักงานพัสดุ", ("นางพรทิพย์ สารแก้ว", "นายกิตติ อินทร์มา", "นางสาวรุ่งนภา คำดี")),
    DemoPost("technician", "works", "ช่างไฟฟ้า", ("นายเอกชัย กาวิมา", "นายสราวุธ ก๋องคำ", "นายศุภชัย ทามูล")),
    DemoPost("volunteer", "health", "อสม. ดูแลสองหมู่", ("นางสมศรี จันทร์ดี", "นางวันเพ็ญ แสนใจ", "นางคำแปง ต๊ะยศ")),
    DemoPost("officer", "strategy", "เจ้าหน้าที่วิเคราะห์นโยบาย", ("นางสาวชุติมา อุตมา", "นายวีรพล หน่อแก้ว", "นางสาวมยุรี เตชะงาม")),
)  # fmt: skip


def demo_password() -> str:
    """Return the one password of all demo accounts."""
    return os.environ.get("CDDP_DEMO_PASSWORD") or DEFAULT_PASSWORD


def username_of(slug: str, role: str) -> str:
    """Return e.g. "banklang-mayor", "kokha-complaints-officer"."""
    return f"{slug.replace('-', '')}-{role.replace('_', '-')}"


def make_accounts(town: DemoTown) -> int:
    """Give the current town its divisions and one account for each role; return how many accounts."""
    divisions = {code: set_up_division(code=code, name=name) for code, name in DIVISIONS}
    # Hashing is slow on purpose; one hash serves accounts whose password is public anyway.
    hashed = make_password(demo_password())
    for post in POSTS:
        user = _user(username_of(town.slug, post.role), post.names[town.number % 3], hashed)
        areas = ("01", "02") if load_roles()[post.role].area_bound else ()
        let_work_here(
            user,
            roles=[post.role],
            division=divisions[post.division],
            position=post.position,
            area_codes=areas,
        )
    if town.number < 2:
        _let_work_in_both(divisions["clerk-office"], hashed)
    return len(POSTS)


def _let_work_in_both(division: Division, hashed: str) -> None:
    user = _user(TWO_TOWNS_USERNAME, "นางสาวปิยะนุช วงศ์เมือง", hashed)
    let_work_here(user, roles=["registrar"], division=division, position="เจ้าหน้าที่ทะเบียน (สองเทศบาล)")


def _user(username: str, full_name: str, hashed: str) -> User:
    user, _ = User.objects.get_or_create(
        username=username, defaults={"full_name": full_name, "password": hashed}
    )
    return user


@dataclass(frozen=True)
class DemoAccount:
    """บัญชีสาธิตหนึ่งบัญชี: who may sign in where, as what."""

    town: str
    role: str
    username: str


def list_demo_accounts() -> list[DemoAccount]:
    """Return the demo accounts of the demo towns, in the order of towns and posts."""
    accounts = []
    order = {post.role: place for place, post in enumerate(POSTS)}
    for town in Municipality.objects.filter(is_demo=True).order_by("id"):
        with town_context(town.pk):
            rows = Membership.objects.filter(is_active=True, user__is_active=True).select_related("user")
            here = [row for row in rows if _is_demo_name(town.slug, row)]
        here.sort(key=lambda row: (row.user.username == TWO_TOWNS_USERNAME, order.get(row.roles[0], 99)))
        accounts += [
            DemoAccount(town.display_name, ", ".join(row.role_names), row.user.username) for row in here
        ]
    return accounts


def _is_demo_name(slug: str, membership: Membership) -> bool:
    names = {username_of(slug, post.role) for post in POSTS} | {TWO_TOWNS_USERNAME}
    return bool(membership.roles) and membership.user.username in names
