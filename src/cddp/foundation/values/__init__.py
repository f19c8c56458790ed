"""ค่าพื้นฐาน: plain values (identity numbers, dates, names, money). No Django, no database."""
