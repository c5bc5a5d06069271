# Puts files into the manual: a line `@FILE PATH` becomes the lines of that file, for roff to show as they are.
/^@FILE / {
    while ((getline line < $2) > 0) {
        gsub(/\\/, "\\e", line)
        gsub(/-/, "\\-", line)
        print "\\&" line
    }
    next
}
{ print }
