# cprof: `make` builds build/cprof, `make help` lists the rest. There is no configure step.
# Everything made lies under build/; each flavour (release, static, san, tsan, small, fuzz, cover) has its own folder there, so
# objects built with different flags never meet. `make V=1` shows the commands in full.

PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 20
N ?= 200
EVERY ?= 8
WALK ?=
SMALL ?=

PROTOC_C ?= protoc-c
CLANG ?= clang
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wpedantic
# -isystem: the generated code is not held to our warnings
CPPFLAGS_OURS = -D_GNU_SOURCE -Isrc -isystem build/gen
CFLAGS_OURS = -std=c11 -pthread $(WARNINGS) -MMD -MP
# The archive where there is one, which saves a third of the start-up time; else the shared library, by pkg-config if that
# knows it. SHARED=1 prefers the shared ones.
archive_or_shared = $(if $(if $(filter 1,$(SHARED)),,$(filter /%,$(shell $(CC) -print-file-name=lib$(1).a))),-l:lib$(1).a,\
	$(or $(shell pkg-config --libs $(2) 2>/dev/null),-l$(3)))
# other libraries (pcre2, readline, libcurl, ...) are opened at run time by the code that needs them (src/base/library.c),
# so that start-up does not pay for them; a static build has those that it can have
LIBS = -Wl,--as-needed $(call archive_or_shared,protobuf-c,libprotobuf-c,protobuf-c) \
	$(call archive_or_shared,deflate,libdeflate,deflate) $(call archive_or_shared,z,zlib,z) \
	$(call archive_or_shared,iberty,libiberty,iberty) $(call archive_or_shared,yajl_s,yajl,yajl) \
	$(LIBS_$(FLAVOUR)) -lm -ldl -lpthread
LIBS_static = -lpcre2-8 -lzstd -llz4 -llzma -lbz2 -lncursesw -ltinfo

Q = $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)  $@')

FLAVOUR ?= release
SAN_release = $(HARDENED)
SAN_san = -O1 -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all -fno-omit-frame-pointer
SAN_tsan = -O1 -fsanitize=thread -Wno-maybe-uninitialized
# What is left out of a static build is in src/base/libraries.def: those symbols have no third initializer.
SAN_static = $(HARDENED) -DLIBRARY_STATIC -Wno-missing-field-initializers
SAN_fuzz = -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	$(if $(SMALL),-DTUNING_SMALL) $(if $(LONG),-O2 -fno-sanitize-coverage=trace-cmp)
SAN_cover = -O0 --coverage
# programs that end by a signal or by _exit keep their counts, too
LINK_cover = -Wl,--wrap=raise,--wrap=_exit testdata/keep-counts.c
# chunks, batches and windows as small as they can be: see src/base/tuning.h
SAN_small = -O1 -DTUNING_SMALL
# Profiles are untrusted input. Debian's compiler makes position-independent programs by default; -fPIE says it for all.
# Binding all functions at start (full RELRO) takes 100,000 instructions of 470,000 for the smallest profile, or 0.03 ms.
BRANCHES_x86_64 = -fcf-protection=full
BRANCHES_aarch64 = -mbranch-protection=standard
HARDENED = -fPIE -fstack-protector-strong -fstack-clash-protection $(BRANCHES_$(shell uname -m)) \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
# The size is that of the stacks of threads where the C library is musl, whose own choice is 128 KB.
LINK_release = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,stack-size=8388608
LINK_static = -static-pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,stack-size=8388608
MODE = $(SAN_$(FLAVOUR))
B = build/$(FLAVOUR)
CPROF = $(if $(filter release,$(FLAVOUR)),build/cprof,$(B)/cprof)

SRC = $(filter-out %_test.c %_fuzz.c,$(wildcard src/*/*.c src/*/*/*.c))
TESTS = $(wildcard src/*/*_test.c src/*/*/*_test.c)
FUZZERS = $(wildcard src/*/*_fuzz.c src/*/*/*_fuzz.c)
ALL_C = $(wildcard src/*.c src/*/*.c src/*/*/*.c)
ALL_H = $(wildcard src/*.h src/*/*.h src/*/*/*.h)
# The rooms that most commands run come first and so share pages of the program: -top touches a sixth fewer.
FIRST = $(foreach room,base out go options profile bytes formats/pprof formats filter graph merge session report,\
	$(filter $(wildcard src/$(room)/*.c),$(SRC)))
OBJ = $(patsubst src/%.c,$(B)/%.o,$(FIRST) $(filter-out $(FIRST),$(SRC))) $(B)/profile.pb-c.o
UNIT = $(B)/unit
FUZZ_BIN = $(FUZZERS:src/%.c=build/fuzz/bin/%)

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

all: $(CPROF) build/compile_commands.json ## build build/cprof (the default)

# Building

build/.gitignore:
	@mkdir -p build && echo '*' >$@

# every object depends on what it was built with, so `make CC=clang` after `make` builds again
FLAGS_LINE = $(CC) $(CPPFLAGS) $(CPPFLAGS_OURS) $(CFLAGS) $(CFLAGS_OURS) $(MODE) $(LINK_$(FLAVOUR)) $(LDFLAGS)
$(B)/flags: FORCE | build/.gitignore
	@mkdir -p $(B); printf '%s\n' '$(FLAGS_LINE)' | cmp -s - $@ || printf '%s\n' '$(FLAGS_LINE)' >$@

build/gen/profile.pb-c.c: proto/profile.proto | build/.gitignore
	@mkdir -p build/gen
	$(call say,GEN )
	$(Q)$(PROTOC_C) --proto_path=proto --c_out=build/gen $<
build/gen/profile.pb-c.h: build/gen/profile.pb-c.c ;

$(B)/profile.pb-c.o: build/gen/profile.pb-c.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC  )
	$(Q)$(CC) $(CPPFLAGS) -Ibuild/gen $(CFLAGS) $(MODE) -w -c -o $@ $<

# the files that assets.c copies into its object, which the compiler tells nothing of
$(B)/web/assets.o: $(filter-out %.c %.h,$(wildcard src/web/*.*))

# the commit that -version prints: from an exported archive's file, from git, or as it was when neither tells
build/gen/commit: FORCE | build/.gitignore
	@mkdir -p build/gen; now=$$(sed -n 's/^\([0-9a-f]*\) [0-9]*$$/\1/p' src/cli/commit.txt); \
	if [ -z "$$now" ] && [ -e .git ] && now=$$(git rev-parse HEAD 2>/dev/null); then \
	git diff --quiet HEAD 2>/dev/null || now="$$now, with changes"; fi; \
	[ -n "$$now" ] || now=$$(cat $@ 2>/dev/null) || now=unknown; \
	printf '%s\n' "$$now" | cmp -s - $@ || printf '%s\n' "$$now" >$@
$(B)/cli/version.o: build/gen/commit
$(B)/cli/version.o: private DEFINES = -DCPROF_COMMIT='"$(shell cat build/gen/commit)"'

$(B)/%.o: src/%.c $(B)/flags | build/gen/profile.pb-c.h
	@mkdir -p $(@D)
	$(call say,CC  )
	$(Q)$(CC) $(CPPFLAGS) $(DEFINES) $(CPPFLAGS_OURS) $(CFLAGS) $(CFLAGS_OURS) $(MODE) -c -o $@ $<

$(CPROF): $(B)/main.o $(OBJ)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(MODE) $(LINK_$(FLAVOUR)) $(LDFLAGS) -pthread -o $@ $^ $(LIBS)

$(UNIT): $(TESTS:src/%.c=$(B)/%.o) $(OBJ)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(MODE) $(LINK_$(FLAVOUR)) $(LDFLAGS) -pthread -o $@ $^ -lcmocka $(LIBS)

build/fuzz/bin/%: build/fuzz/%.o $(OBJ)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(MODE) -fsanitize=fuzzer $(LDFLAGS) -pthread -o $@ $^ $(LIBS)

build/compile_commands.json: Makefile $(ALL_C) | build/.gitignore
	@testdata/compile-commands '$(CPPFLAGS_OURS) -std=c11 $(WARNINGS)' $(ALL_C) >$@

static: ## build/static/cprof: one file that needs no other; its -version tells which libraries it has
	@$(MAKE) --no-print-directory FLAVOUR=static build/static/cprof

proto: build/gen/profile.pb-c.c ## generate build/gen/profile.pb-c.[ch] from proto/profile.proto

-include $(wildcard $(B)/*.d $(B)/*/*.d $(B)/*/*/*.d)

# Testing

tests: $(UNIT) ## build the unit tests, without running them: build/release/unit runs all, or those it is given

check: all tests build/large.pb.gz ## run every test: unit, golden, examples, prompt; the last line says how many passed
	@CPROF_LARGE=build/large.pb.gz $(if $(filter-out release,$(FLAVOUR)),CPROF_SLOW=1) testdata/check --build $(B) --cprof $(CPROF) $(STAGES)

symbols-check: all ## compare the frames of programs in every kind of debug information with llvm-symbolizer's
	@testdata/run-frames build/cprof

web-check: all ## test the flame graph page and the web interface in a browser; installs chromium with apt and, into build/web, two npm packages
	@testdata/web/run build/cprof

FLEET = build/fleet
fleet-check: all build/mkbig $(FLEET)/ready ## test rows in databases and cprof-spark on a small cluster; installs Spark, DuckDB and chdb into build/fleet, needs Java 17
	@$(FLEET)/bin/python testdata/fleet/run build/cprof build/mkbig
$(FLEET)/ready: testdata/fleet/requirements.txt | build/.gitignore
	python3 -m venv $(FLEET)
	$(FLEET)/bin/pip install -q -r $< && touch $@

web-bench: all build/mkbig build/large.pb.gz ## measure the web interface against pprof, and the flame graph page in a browser
	@testdata/bench-web build/cprof build/mkbig; status=$$?; \
	BENCH=1 testdata/web/run build/cprof build/large.pb.gz $(wildcard testdata/profiles/go-cpu.pb.gz) && exit $$status

accept: all ## rewrite the expected output of the golden cases; the diff is the review
	@testdata/run-cases --accept build/cprof

san: ## all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory FLAVOUR=san check

tsan: ## what runs on several threads under ThreadSanitizer: the golden cases with four threads, loading from servers, the web interface
	@$(MAKE) --no-print-directory FLAVOUR=tsan check STAGES='golden-4 http web web-pprof'

small: ## all tests with chunks, batches and windows as small as they can be (src/base/tuning.h)
	@$(MAKE) --no-print-directory FLAVOUR=small check

# Seeing what is compared finds words of a format, and takes up to two thirds of the time: in a long run that is wasted.
fuzz: ## run every fuzzer for FUZZ_SECONDS (20) each; needs clang; SMALL=1: with chunks as small as for make small; LONG=1: built for hours
	@$(MAKE) --no-print-directory FLAVOUR=fuzz CC=$(CLANG) fuzz-run
fuzz-run: $(FUZZ_BIN)
	@testdata/run-fuzz $(FUZZ_SECONDS) $(FUZZ_BIN)

odd: ## every report on N (200) profiles that are odd but valid: under the sanitizers, and with small chunks
	@$(MAKE) --no-print-directory FLAVOUR=san odd-run
	@$(MAKE) --no-print-directory FLAVOUR=small odd-run
odd-run: all
	@testdata/odd-profiles -n $(N) $(if $(SEED),--seed $(SEED)) $(CPROF)

memcheck: all ## each EVERY-th (8) golden case under valgrind
	@mkdir -p build/memcheck
	@for name in cprof pprof; do ln -sf ../cprof build/memcheck/$$name; done
	@CPROF_SLOW=1 testdata/run-cases --every $(EVERY) testdata/memcheck

walk: all build/walk/fail.so ## let every call fail once that allocates, reads, writes, opens, ... and end cprof by signals there; WALK='--every 20' takes a sample
	@testdata/run-walk $(WALK) build/cprof
build/walk/fail.so: testdata/walk/fail.c | build/.gitignore
	@mkdir -p $(@D)
	$(call say,CC  )
	$(Q)$(CC) -O1 -g -Wall -Wextra -std=c11 -D_GNU_SOURCE -fPIC -shared -U_FORTIFY_SOURCE -o $@ $< -ldl

diff: all ## compare with the reference pprof on N (200) random calls; needs pprof on PATH
	@testdata/diff -n $(N) $(if $(SEED),--seed $(SEED)) build/cprof

bench: all build/mkbig build/mklife ## measure speed and memory against zcat (and pprof where there is one)
	@testdata/bench build/cprof build/mkbig $(BENCH)
	@testdata/bench-life build/cprof build/mklife
	@testdata/bench-symbols build/cprof
scale: all ## check that no report and no reader takes time or memory by the square of what it reads
	@testdata/bench-scale build/cprof

build/large.pb.gz: build/mkbig
	$(Q)build/mkbig 100000 1 >$@
build/mkbig build/mklife: build/%: testdata/programs/bench/%.c testdata/programs/bench/messages.h | build/.gitignore
	$(call say,CC  )
	$(Q)$(CC) $(CFLAGS) $(WARNINGS) -std=c11 -D_GNU_SOURCE -o $@ $< -lz -lm

cover: ## run the tests and print the share of lines they reach; fails below the floors of testdata/coverage
	@mkdir -p build/cover; find build/cover -name '*.gcda' -delete
	@$(MAKE) --no-print-directory FLAVOUR=cover check >build/cover.log || { cat build/cover.log; exit 1; }
	@testdata/coverage $(patsubst src/%.c,build/cover/%.gcno,$(SRC) src/main.c)

# Looking after the source

fmt: ## format the source
	clang-format -i $(ALL_C) $(ALL_H)

lint: build/gen/profile.pb-c.h ## formatting, static analysis, direction of includes, names, wording, length of files
	@testdata/lint $(CPPFLAGS_OURS)

analyze: build/gen/profile.pb-c.h ## gcc's static analyser; testdata/analyze explains the reports that are wrong
	@testdata/analyze gcc $(CPPFLAGS_OURS)

# Installing

man: build/cprof.1 ## build/cprof.1: the manual with its tables filled in
build/cprof.1: man/cprof.1.in man/show-files.awk build/cprof $(wildcard testdata/ci/* testdata/fleet/*.sql)
	awk -f man/show-files.awk man/cprof.1.in | build/cprof -manual >$@

# the shells' names for a script of the command cprof
COMPLETIONS = build/completions/cprof build/completions/_cprof build/completions/cprof.fish
build/completions/cprof: SHELL_NAME = bash
build/completions/_cprof: SHELL_NAME = zsh
build/completions/cprof.fish: SHELL_NAME = fish
$(COMPLETIONS): build/cprof
	@mkdir -p $(@D)
	build/cprof -completion $(SHELL_NAME) >$@

SHARE = $(DESTDIR)$(PREFIX)/share
ZSH_FOLDER ?= zsh/site-functions
install: build/cprof man $(COMPLETIONS) ## into PREFIX (/usr/local) under DESTDIR; PPROF=1 adds the name pprof
	install -D -m 755 build/cprof "$(DESTDIR)$(PREFIX)/bin/cprof"
	install -D -m 755 src/spark/cprof-spark "$(DESTDIR)$(PREFIX)/bin/cprof-spark"
	install -D -m 644 -t "$(SHARE)/man/man1" build/cprof.1 man/cprof-spark.1
	install -D -m 644 -t "$(SHARE)/cprof" $(wildcard man/*.schema.json)
	install -D -m 644 -t "$(SHARE)/bash-completion/completions" build/completions/cprof
	install -D -m 644 -t "$(SHARE)/$(ZSH_FOLDER)" build/completions/_cprof
	install -D -m 644 -t "$(SHARE)/fish/vendor_completions.d" build/completions/cprof.fish
	$(if $(PPROF),ln -sf cprof "$(DESTDIR)$(PREFIX)/bin/pprof")

uninstall: ## remove what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/cprof" "$(DESTDIR)$(PREFIX)/bin/cprof-spark" "$(SHARE)/man/man1/cprof.1" "$(SHARE)/man/man1/cprof-spark.1" \
	  "$(SHARE)/bash-completion/completions/cprof" \
	  "$(SHARE)/$(ZSH_FOLDER)/_cprof" "$(SHARE)/fish/vendor_completions.d/cprof.fish"
	rm -rf "$(SHARE)/cprof"
	@[ "$$(readlink "$(DESTDIR)$(PREFIX)/bin/pprof")" != cprof ] || rm -f "$(DESTDIR)$(PREFIX)/bin/pprof"

# linked with the shared libraries, as Debian wants it; without names of folders, so that it is the same anywhere
build/package/cprof: private SHARED = 1
build/package/cprof: $(B)/main.o $(OBJ)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(MODE) $(LINK_$(FLAVOUR)) $(LDFLAGS) -s -pthread -o $@ $^ $(LIBS)

deb: build/package/cprof man $(COMPLETIONS) ## build/cprof_VERSION_ARCH.deb and build/cprof-spark_VERSION_all.deb
	@src/package/make-deb

release-check: build/cprof ## whether this commit can be tagged as a release
	@testdata/check-release --release build/cprof

dist: build/cprof ## build/cprof-VERSION.tar.gz from the current commit
	@v=$$(build/cprof -version | sed -n '1s/cprof //p') && \
	  git archive --format=tar.gz --prefix=cprof-$$v/ -o build/cprof-$$v.tar.gz HEAD && echo build/cprof-$$v.tar.gz

clean: ## remove everything that was built
	rm -rf build

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | sort | awk -F'\t' '{ printf "make %-10s %s\n", $$1, $$2 }'

FORCE:
.PHONY: all static proto tests check fleet-check symbols-check web-check web-bench accept san tsan small fuzz fuzz-run odd odd-run memcheck walk diff bench scale cover fmt lint analyze man install uninstall deb release-check dist clean help FORCE
