# Sourced by the scripts in this folder: stages, which are counted, and the commands of the README.

passed=0 failed=0

# Runs a command as a stage: its output is shown whole when it fails, else only what it left out. The last
# `N passed, N failed` that it printed is added up; a command that prints none counts as one.
stage() { # NAME COMMAND...
    local name=$1 log begin=$SECONDS status p=0 f=0
    shift
    log=$(mktemp) || exit 2
    "$@" </dev/null >"$log" 2>&1
    status=$?
    if [[ $(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1) =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}
    fi
    if ((status == 0 && p + f == 0)); then p=1; fi
    if ((status != 0 && f == 0)); then f=1; fi
    ((passed += p, failed += f))
    if ((status == 0)); then
        echo "ok      $name ($((SECONDS - begin)) s, $p passed)"
        sed -n "s/^ *left out: /    left out: /p" "$log" | sort -u
    else
        echo "FAILED  $name ($((SECONDS - begin)) s, exit status $status); its output:"
        sed 's/^/    /' "$log"
    fi
    rm -f "$log"
    return "$status"
}

# Ends the script with the count of all stages.
finish() {
    echo "$passed passed, $failed failed"
    exit "$((failed > 0))"
}

# The nth command of the README's quick start: the text of its nth sh block.
quick_start() {
    awk -v want="$1" '
        /^## / { here = $0 == "## Quick start" }
        here && /^```sh$/ { n++; inside = 1; next }
        /^```$/ { inside = 0 }
        here && inside && n == want
    ' README.md
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo --preserve-env=http_proxy,https_proxy,no_proxy,DEBIAN_FRONTEND "$@"
    fi
}
