"""ชนิดข้อเท็จจริงของทะเบียน: what every town can state about houses, households and persons from the start."""

from cddp.foundation.extension_points import FactTypeDeclaration, fact_types

RED, AMBER, GREEN, GREY, BLUE = "#c0392b", "#d68910", "#27864b", "#7f8c8d", "#2471a3"

DECLARED = (
    FactTypeDeclaration(
        "elderly_in_house", "จำนวนผู้สูงอายุในบ้าน", "house", "number", unit="คน", order=10,
        description="คนอายุ 60 ปีขึ้นไปที่อยู่จริงในบ้าน",
    ),
    FactTypeDeclaration(
        "water_supply", "น้ำใช้ในบ้าน", "house", "choice", fresh_months=24, order=20,
        choices=(
            ("mains", "ประปา", BLUE), ("well", "บ่อน้ำ/บาดาล", GREEN), ("rain", "น้ำฝน", AMBER),
            ("none", "ไม่มีน้ำใช้", RED),
        ),
    ),
    FactTypeDeclaration(
        "house_condition", "สภาพบ้าน", "house", "choice", fresh_months=24, order=30,
        choices=(("sound", "มั่นคง", GREEN), ("worn", "ทรุดโทรม", AMBER), ("unsafe", "ไม่ปลอดภัย", RED)),
    ),
    FactTypeDeclaration(
        "household_size", "จำนวนคนที่อยู่จริงในครัวเรือน", "household", "number", unit="คน", order=10,
    ),
    FactTypeDeclaration(
        "livelihood_assets", "สินทรัพย์เพื่อการยังชีพ", "household", "choice", sensitivity="sensitive", order=20,
        description="เครื่องมือ ที่ดิน หรือทุนที่ใช้ทำมาหากิน",
        choices=(("enough", "เพียงพอ", GREEN), ("some", "มีบ้าง", AMBER), ("none", "ไม่มี", RED)),
    ),
    FactTypeDeclaration(
        "living_alone", "อยู่คนเดียว", "person", "boolean", sensitivity="sensitive", order=10,
    ),
    FactTypeDeclaration(
        "single_mother", "แม่เลี้ยงเดี่ยว", "person", "boolean", sensitivity="sensitive", order=20,
    ),
    FactTypeDeclaration(
        "vulnerability_colour", "ระดับความเปราะบาง", "person", "choice", sensitivity="sensitive", order=30,
        description="สีตามเกณฑ์ของเทศบาล ผู้ที่ยังไม่ประเมินเป็นสีเทา ไม่ใช่สีเขียว",
        choices=(
            ("red", "แดง ต้องดูแลใกล้ชิด", RED), ("yellow", "เหลือง เฝ้าระวัง", AMBER),
            ("green", "เขียว ช่วยเหลือตนเองได้", GREEN), ("grey", "เทา ยังไม่ประเมิน", GREY),
        ),
    ),
)  # fmt: skip

for declaration in DECLARED:
    fact_types.add(declaration)
