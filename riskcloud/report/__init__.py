"""What people read: reports, charts, maps."""
