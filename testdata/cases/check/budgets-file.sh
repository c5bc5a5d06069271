# by hand
# Groups, the last match wins, an accepted regression until its day, and what has expired.
cd "$HOME"
cat >budgets <<'B'
# what the team agreed on
[catalog]
catalog\. <= 1%
catalog\.editDistance <= 3s until 2027-01-31 because "a better distance, see the design"
[runtime]
runtime\.asyncPreempt until 2027-01-31 because it rides on editDistance
runtime\.memmove until 2026-01-31 because this was long ago
B
P=$OLDPWD/testdata/profiles
cprof -check -same_work -max_total_growth=off -nodecount=3 -budgets=budgets -base "$P/go-gate-base-*.pb.gz" "$P/go-gate-slow-*.pb.gz" || echo status $?
