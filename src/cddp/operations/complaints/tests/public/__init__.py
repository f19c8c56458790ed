"""หน้าของประชาชน: tests of what anybody may open."""
