"""ไฟล์ตัวอย่างที่สกปรกเหมือนของจริง: dirty files of an invented town, with the truth about every row."""
