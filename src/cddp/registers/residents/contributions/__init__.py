"""สิ่งที่ทะเบียนส่งให้แอปอื่น, cut by extension point."""
