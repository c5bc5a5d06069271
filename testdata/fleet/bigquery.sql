-- BigQuery: flat
SELECT stack[SAFE_OFFSET(0)].function AS name, SUM(cpu_nanoseconds) AS value
FROM fleet.rows GROUP BY name ORDER BY value DESC, name;
-- cum: a sample counts once for a function
SELECT name, SUM(cpu_nanoseconds) AS value
FROM fleet.rows, UNNEST(ARRAY(SELECT DISTINCT f.function FROM UNNEST(stack) AS f)) AS name
GROUP BY name ORDER BY value DESC, name;
-- collapsed stacks, root first
SELECT CONCAT((SELECT STRING_AGG(REPLACE(f.function, ';', '\\x3b'), ';' ORDER BY depth DESC)
  FROM UNNEST(stack) AS f WITH OFFSET AS depth), ' ', cpu_nanoseconds) AS line
FROM fleet.rows WHERE labels.tenant[SAFE_OFFSET(0)] = 'acme';
