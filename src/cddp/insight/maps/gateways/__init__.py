"""ทางออกไปยังฐานข้อมูล: the triggers that maps puts on the tables it draws."""
