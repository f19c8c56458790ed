"""อ่านแผนที่: layers, versions, tiles and selections."""
