"""What campaigns caused, contact pressure, whom to contact today."""
