-- Members of the loyalty programme.
FROM memberships
