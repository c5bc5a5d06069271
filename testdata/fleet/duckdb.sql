-- DuckDB: flat
SELECT stack[1].function AS name, sum(cpu_nanoseconds) AS value
FROM 'rows.ndjson' GROUP BY name ORDER BY value DESC, name;
-- cum: a sample counts once for a function
SELECT name, sum(cpu_nanoseconds) AS value FROM (
  SELECT unnest(list_distinct([f.function FOR f IN stack])) AS name, cpu_nanoseconds FROM 'rows.ndjson')
GROUP BY name ORDER BY value DESC, name;
-- collapsed stacks, root first
SELECT array_to_string(list_reverse([replace(f.function, ';', '\x3b') FOR f IN stack]), ';')
  || ' ' || sum(cpu_nanoseconds) AS line
FROM 'rows.ndjson' WHERE labels.tenant[1] = 'acme' GROUP BY stack;
