"""คำปฏิเสธของการเก็บไฟล์."""

from cddp.foundation.values.errors import UnableTo


class UnableToStoreFile(UnableTo):
    """เก็บไฟล์ไม่ได้: `code` is "too_large", "empty", "no_space", "not_stored" or "not_an_image"."""

    code = "not_stored"
