# Procedures of the sessions in this folder. A session starts cprof on a terminal of its own, types, and waits for
# the expected output; it ends with `done`. Unexpected output ends it with status 1.
set timeout [expr {[info exists env(CPROF_SLOW)] ? 120 : 30}]
set profile testdata/profiles/go-cpu.pb.gz
log_user 0
match_max 1000000

if {![info exists env(CPROF)]} { puts "CPROF names no program"; exit 1 }
set env(HOME) [exec mktemp -d]
set env(TZ) UTC
set env(LANG) C.UTF-8
set env(TERM) xterm
set env(INPUTRC) /dev/null
set env(NO_COLOR) 1
set env(PAGER) ""
foreach name {PPROF_TMPDIR PPROF_TOOLS PPROF_BINARY_PATH} { unset -nocomplain env($name) }

proc fail {why} {
    global expect_out
    set seen ""
    catch { set seen $expect_out(buffer) }
    puts "$why; last seen: [string range $seen end-1500 end]"
    catch { exec kill -KILL [exp_pid] }
    finish 1
}

proc finish {status} {
    global env
    file delete -force $env(HOME)
    exit $status
}

# so that nothing wraps
set stty_init "rows 50 columns 200"

# Starts cprof and waits for its prompt.
proc start {args} {
    global env spawn_id profile stty_init
    eval spawn -noecho [list $env(CPROF) -symbolize=none] $args [list $profile]
    want "Entering interactive mode"
    prompt
}

# Waits for a regular expression.
proc want {pattern} {
    global expect_out
    expect {
        -re $pattern {}
        timeout { fail "waited in vain for: $pattern" }
        eof { fail "cprof ended before: $pattern" }
    }
}
# Waits for a regular expression and fails where another came before it.
proc want_without {other pattern} {
    global expect_out
    want $pattern
    if {[regexp -- $other $expect_out(buffer)]} { fail "before $pattern came $other" }
}
proc prompt {} { want {\(pprof\) } }

# Types a line and waits for a regular expression in what it prints, then for the next prompt.
proc ask {line pattern} {
    send -- "$line\r"
    want $pattern
    prompt
}

# cprof has to end by itself, with this exit status.
proc ended {status} {
    expect {
        eof {}
        timeout { fail "cprof does not end" }
    }
    set result [wait]
    if {[lindex $result 2] != 0 || [lindex $result 3] != $status} { fail "ended with $result, not with status $status" }
}
proc done {} { finish 0 }
