-- One entry for each percent of customers: the country a uniform draw picks.
SELECT row_number() OVER (ORDER BY country, n) AS slot, country
FROM (SELECT country, unnest(range(weight)) AS n FROM places)
ORDER BY slot
