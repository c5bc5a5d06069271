# by hand
printf '%s\n' '# layers' '' '^net/ -> network' '^runtime -> runtime → Go' '^main[.] → shop' >"$HOME/groups"
printf 'main.main;net/http.Serve;main.handle 1\nmain.main;runtime.gc 2\nstrange 4\nnet.runtime 8\n' >"$HOME/stacks"
cprof -top -groups="$HOME/groups" "$HOME/stacks"
cprof -collapsed -groups="$HOME/groups" -norecursion -focus=handle "$HOME/stacks"
printf 'a -> A\n( -> B\n' >"$HOME/bad"
cprof -top -groups="$HOME/bad" "$HOME/stacks" || echo $?
cprof -top -groups="$HOME/none" "$HOME/stacks" || echo $?
cprof -top -groups=/dev/zero "$HOME/stacks" || echo $?
