# by hand
printf 'main 1\n' | cprof -pgo - | cprof -raw - | head -3
