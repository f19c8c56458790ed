import pytest

from cddp.foundation.values.masking import holds_personal_number, mask_text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("เลขบัตร 1-5099-12345-12-3 ครับ", "เลขบัตร 1-5099-xxxxx-12-3 ครับ"),
        ("บัตร 1509912345123", "บัตร 1-5099-xxxxx-12-3"),
        ("บัตร ๑๕๐๙๙๑๒๓๔๕๑๒๓", "บัตร 1-5099-xxxxx-12-3"),
        ("โทร 081-234-5678 นะ", "โทร 081-xxx-5678 นะ"),
        ("โทร +66812345678", "โทร 081-xxx-5678"),
        ("โทร. ๐๘๑๒๓๔๕๖๗๘", "โทร. 081-xxx-5678"),
        ("053 511 013", "053-xxx-013"),
        ("บ้านเลขที่ 12/3 หมู่ 4", "บ้านเลขที่ xx หมู่ 4"),
        ("อยู่ 99/1 หมู่ 5 ต.บ้านกลาง", "อยู่ xx หมู่ 5 ต.บ้านกลาง"),
        ("บ้าน 99/1", "บ้าน xx"),
        ("๑๒/๓ ม.๔", "xx ม.๔"),
    ],
)
def test_hidden(said, shown):
    assert mask_text(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "ไฟดับ 3 ดวง ตั้งแต่ 23/11/2569",
        "ถนนกว้าง 6 เมตร เปิด 24/7",
        "น้ำท่วม 1.5 เมตร",
        "งบ 1,250,000 บาท",
        "เบอร์ 1669",
        "พิกัด 18.0563123456, 99.0812345678",
    ],
)
def test_other_numbers_stay(said):
    assert mask_text(said) == said
    assert not holds_personal_number(said)


def test_guard_for_logs():
    assert holds_personal_number("x 1509912345123 y")
    assert holds_personal_number("call 0812345678")
