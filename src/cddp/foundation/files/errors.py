"""คำปฏิเสธของการเก็บไฟล์."""

from cddp.foundation.values.errors import UnableTo


class UnableToStoreFile(UnableTo):
    """เก็บไฟล์ไม่ได้: `code` is "too_large", "empty", "no_space", "not_stored", and of pictures "not_an_image",
    "broken_image", "too_many_pixels" or "too_many_passes"."""

    code = "not_stored"
