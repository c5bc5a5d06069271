-- Spark: flat
SELECT stack[0].function AS name, sum(cpu_nanoseconds) AS value
FROM json.`rows.ndjson` GROUP BY name ORDER BY value DESC, name;
-- cum: a sample counts once for a function
SELECT name, sum(cpu_nanoseconds) AS value
FROM json.`rows.ndjson` LATERAL VIEW explode(array_distinct(stack.function)) AS name
GROUP BY name ORDER BY value DESC, name;
-- collapsed stacks, root first
SELECT concat(array_join(transform(reverse(stack.function), f -> replace(f, ';', '\\x3b')), ';'),
  ' ', sum(cpu_nanoseconds)) AS line
FROM json.`rows.ndjson` WHERE labels.tenant[0] = 'acme' GROUP BY stack;
