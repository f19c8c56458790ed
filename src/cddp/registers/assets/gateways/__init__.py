"""ทางเข้าของไฟล์: files of other programs, read piece by piece."""
