-- ClickHouse: flat
SELECT stack[1].function AS name, sum(cpu_nanoseconds) AS value
FROM file('rows.ndjson') GROUP BY name ORDER BY value DESC, name;
-- cum: a sample counts once for a function
SELECT arrayJoin(arrayDistinct(stack.function)) AS name, sum(cpu_nanoseconds) AS value
FROM file('rows.ndjson') GROUP BY name ORDER BY value DESC, name;
-- collapsed stacks, root first
SELECT arrayStringConcat(arrayMap(f -> replaceAll(assumeNotNull(f), ';', '\\x3b'), arrayReverse(names)), ';')
  || ' ' || toString(sum(cpu_nanoseconds)) AS line
FROM (SELECT stack.function AS names, cpu_nanoseconds FROM file('rows.ndjson') WHERE labels.tenant[1] = 'acme')
GROUP BY names;
