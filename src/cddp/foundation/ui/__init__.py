"""หน้าตาของระบบ: the frame of every page, the list component, form fields, errors, and words for templates."""
