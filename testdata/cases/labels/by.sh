# by hand
# Each part is the report of the samples that an expression selects, and each column that report's flat values.
p=testdata/profiles/go-cpu.pb.gz
part() { # the lines between one heading and the next
    cprof "$@" -by=tenant -compact_labels $p | awk -v name="$heading: " 'index($0, name) == 1 { on = 1; next } on && /^$/ { getline; if (/ total$/) exit; print "" } on'
}
for heading in tenant=acme tenant=globex tenant=initech tenant=umbrella '(no tenant)'; do
    case $heading in
    tenant=*) where=$heading column=${heading#*=} ;;
    *) where='!tenant' column=$heading ;;
    esac
    for report in top tree tags 'top -cum -relative_percentages' 'peek=editDistance|futex' 'top -unit=us -noinlines -lines'; do
        # shellcheck disable=SC2086
        part -$report >"$HOME/part"
        # shellcheck disable=SC2086
        cprof -$report -where="$where" -compact_labels $p | grep -v -e '^Active' -e '^   where=' |
            awk 'NF { for (; blank; blank--) print ""; print; next } { blank++ }' >"$HOME/whole"
        cmp "$HOME/part" "$HOME/whole" || echo "$heading: $report"
    done
    cprof -top -by=tenant -by_columns -trim=false -unit=ns -compact_labels $p | awk -v c="$column" '
        on { n = split(substr($0, 1, end - 7), cell); if (cell[n] != ".") print cell[n], substr($0, width + 3) }
        / \(all\)$/ { on = 1 }
        /^ *total / { end = index($0, " " c) + length(c); width = length($0) }' | sort >"$HOME/columns"
    cprof -top -where="$where" -trim=false -unit=ns -compact_labels $p |
        awk 'on && $1 != "0" { name = $6; for (i = 7; i <= NF; i++) name = name " " $i; sub(/ \((partial-)?inline\)$/, "", name); print $1, name } / flat /{ on = 1 }' | sort >"$HOME/whole"
    cmp "$HOME/columns" "$HOME/whole" || echo "$heading: column"
    echo "$heading: $(wc -l <"$HOME/whole") functions, $(cprof -top -where="$where" $p | sed -n 's/.*accounting for \(.*\) total/\1/p')"
done
# the frames are those of tagroot
cprof -collapsed -by=tenant $p | sed 's/^tenant=/tenant:/' | sort >"$HOME/by"
cprof -collapsed -tagroot=tenant -tag_keys $p | sort >"$HOME/tagroot"
cmp "$HOME/by" "$HOME/tagroot" && wc -l <"$HOME/by"
