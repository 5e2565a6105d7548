"""PostGIS, whose connections give up when the whole database has stopped answering."""
