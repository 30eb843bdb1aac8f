-- Customers who bought on their own account in a campaign's window: from the wave's day through day 30.
SELECT DISTINCT waves.campaign, histories.person
FROM histories INNER JOIN waves ON histories.day BETWEEN waves.wave_day AND waves.wave_day + 30
