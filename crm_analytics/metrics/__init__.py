"""Every figure: functions of the warehouse and an audience that return tidy frames, and the catalogue of them."""
