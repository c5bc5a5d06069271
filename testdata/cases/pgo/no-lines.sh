# by hand
printf 'main;f;g 3\nmain;f 1\n' | cprof -pgo -
