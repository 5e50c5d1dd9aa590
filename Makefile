# Aitia. `make` builds, `make test` tests, `make help` lists the rest.
# One Makefile, no recursion: every rule sees every dependency. V=1 shows the commands.

CC       ?= cc
PREFIX   ?= /usr/local
DESTDIR  ?=
VARIANT  ?= release
B        := build/$(VARIANT)
Q        := $(if $(V),,@)
say       = $(if $(V),@:,@printf '  %-7s %s\n' $(1) $(2))
PKG      := pkg-config
PYTHON   ?= /usr/bin/python3

PACKAGES       = ncursesw sqlite3 libcmark libutf8proc libpcre2-8 nettle inih zlib libzstd $(if $(ZIP_SONAME),,libzip)
TEST_PACKAGES := cmocka
# libzip is loaded when an archive is read, by this name (core/base/zip_library.h); where nothing tells the name, it is linked.
ZIP_SONAME     = $(shell readelf -d "`$(CC) -print-file-name=libzip.so`" 2>/dev/null | sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p')

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wold-style-definition -Wwrite-strings -Wcast-qual -Wcast-align -Wpointer-arith \
        -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough -Wconversion -fno-common
OPT_release  := -O2 -g
OPT_asan     := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_tsan     := -O1 -g -fsanitize=thread
OPT_valgrind := -O1 -g
OPT_gcc      := -O2 -g
OPT_clang    := -O0
OPT_fuzz     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
CFLAGS   ?=
CPPFLAGS ?=
LDFLAGS  ?=
# SQLITE_ENABLE_*: declares the session extension, which Debian's library contains;
# the operation log is made of its changesets.
ALL_CPPFLAGS = -I. -I$(B)/gen -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
               -DSQLITE_ENABLE_SESSION -DSQLITE_ENABLE_PREUPDATE_HOOK -include core/base/banned.h $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 $(WARN) $(if $(WERROR),-Werror) $(OPT_$(VARIANT)) $(CFLAGS)
ALL_LDFLAGS  = $(OPT_$(VARIANT)) $(LDFLAGS)
# The many test programs are linked by gold where binutils has it: in less than half the time.
TEST_LDFLAGS = $(ALL_LDFLAGS) $(if $(shell command -v ld.gold 2>/dev/null),-fuse-ld=gold)
LIBS         = $(shell $(PKG) --libs $(PACKAGES)) -lpthread -lm

# ---- what there is -----------------------------------------------------------

SRC_base      := $(wildcard core/base/*.c)
SRC_core      := $(wildcard core/*.c core/import/*.c core/analysis/*.c)
SRC_storage   := $(wildcard storage/sqlite/*.c)
SRC_templates := $(wildcard templates/*.c)
SRC_tui       := $(filter-out tui/term_curses%.c,$(wildcard tui/*.c))
SRC_term      := $(wildcard tui/term_curses*.c)
SRC_cli       := $(wildcard cli/*.c)
FAIL_SHIM     := tests/support/fail_shim.c
SRC_support   := $(filter-out $(FAIL_SHIM),$(wildcard tests/support/*.c))
SRC_all       := $(SRC_base) $(SRC_core) $(SRC_storage) $(SRC_templates) $(SRC_tui) $(SRC_term) $(SRC_cli)
TESTS         := $(wildcard tests/core/base/test_*.c tests/core/test_*.c tests/storage/test_*.c \
                            tests/templates/test_*.c tests/tui/test_*.c tests/cli/test_*.c)
TEST_BINS     := $(TESTS:%.c=$(B)/%)
FUZZERS       := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_NAMES    := $(FUZZERS:tests/fuzz/fuzz_%.c=%)
REPLAY_BINS   := $(FUZZ_NAMES:%=$(B)/tests/fuzz/replay_%)
HEADERS       := $(wildcard core/base/*.h core/*.h core/import/*.h core/analysis/*.h storage/*.h storage/sqlite/*.h \
                            templates/*.h tui/*.h cli/*.h)
objs           = $(patsubst %.c,$(B)/%.o,$(SRC_$(1)))

# Files that the program carries inside itself, as byte arrays: name of the array = path with _ for / . -
EMBED_storage   := $(wildcard storage/sqlite/migrations/*.sql)
EMBED_templates := $(wildcard templates/builtin/*)
EMBED_cli       := $(wildcard cli/demo/*.json cli/demo/*.jsonl)
embed_objs       = $(patsubst %,$(B)/gen/%.o,$(EMBED_$(1)))

# `make -j2 deps test`: what is to be installed is, before anything that may need it.
FIRST := $(filter deps deps-%,$(MAKECMDGOALS))

.PHONY: all test test-units test-e2e torture analysis-proof asan asan-e2e valgrind fuzz bench bench-lists lint \
        lint-cppcheck lint-tidy layers docs docs-check deps demo bench-import bench-store bench-tui bench-analysis bench-similar bench-publish \
        clean install help gcc clang
.DEFAULT_GOAL := all
.SECONDARY:

all: aitia

aitia: $(B)/aitia
	$(Q)ln -sf $< $@

PROGRAM := $(call objs,cli) $(call objs,tui) $(call objs,term) $(call objs,templates) $(call objs,storage) \
           $(call objs,core) $(call objs,base) $(call embed_objs,storage) $(call embed_objs,templates) $(call embed_objs,cli)

$(B)/aitia: $(PROGRAM) $(B)/gen/program_id.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# -MD, not -MMD: `make layers` must see the system's headers too.
$(B)/%.o: %.c | $(FIRST)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MD -MP -c -o $@ $<

$(B)/core/base/zip_library.o: ALL_CPPFLAGS += $(if $(ZIP_SONAME),-DZIP_SONAME='"$(ZIP_SONAME)"')

$(B)/gen/%.c: % tools/embed.sh | $(FIRST)
	$(Q)mkdir -p $(@D)
	$(Q)sh tools/embed.sh $< > $@.tmp && mv $@.tmp $@
$(B)/gen/%.o: $(B)/gen/%.c
	$(call say,EMBED,$*)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/gen/program_id.c: $(PROGRAM) tools/program_id.sh
	$(Q)sh tools/program_id.sh $(PROGRAM) > $@.tmp && mv $@.tmp $@
$(B)/gen/program_id.o: $(B)/gen/program_id.c
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

-include $(wildcard $(patsubst %.c,$(B)/%.d,$(SRC_all) $(SRC_support) $(TESTS) $(FUZZERS) tests/fuzz/replay.c $(wildcard tests/bench/*.c)))

# ---- tests -------------------------------------------------------------------
# What a test may link says what its subject may need: screens link no curses and no store.

LINK_core/base := $(call objs,base)
LINK_core      := $(call objs,core) $(call objs,base)
LINK_templates := $(call objs,templates) $(call embed_objs,templates) $(LINK_core)
LINK_storage   := $(B)/libsupport.a $(call objs,storage) $(call embed_objs,storage) $(LINK_core)
LINK_tui       := $(B)/libsupport.a $(call objs,tui) $(LINK_core)
LINK_cli       := $(filter-out $(B)/cli/main.o,$(call objs,cli)) $(B)/gen/program_id.o $(call objs,tui) $(call objs,term) $(call objs,templates) \
                  $(call objs,storage) $(call embed_objs,storage) $(call embed_objs,templates) $(call embed_objs,cli) $(LINK_core)

# An archive, so that a test pulls in only the helpers that it calls.
$(B)/libsupport.a: $(call objs,support)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

define test_rule
$(B)/tests/$(1)/%: $(B)/tests/$(1)/%.o $$(LINK_$(1))
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(TEST_LDFLAGS) -o $$@ $$^ $$(LIBS) $$(shell $$(PKG) --libs $$(TEST_PACKAGES))
endef
$(eval $(call test_rule,core/base))
$(eval $(call test_rule,core))
$(eval $(call test_rule,templates))
$(eval $(call test_rule,storage))
$(eval $(call test_rule,tui))
$(eval $(call test_rule,cli))
# The one of tui that has curses as its subject.
$(B)/tests/tui/test_term_show: $(call objs,term)

run_tests = $(Q)AITIA=$(CURDIR)/$(B)/aitia $(PYTHON) tests/run.py

test: $(TEST_BINS) $(REPLAY_BINS) aitia $(B)/fail_shim.so
	$(run_tests) $(E2E) $(TEST_BINS) $(REPLAY_BINS)
test-units: $(TEST_BINS) $(REPLAY_BINS)
	$(run_tests) $(TEST_BINS) $(REPLAY_BINS)

clean:
	rm -rf build aitia

# ---- end to end: the real program in a real terminal ---------------------------------

E2E := $(wildcard tests/e2e/test_*.py)

test-e2e: aitia $(B)/fail_shim.so
	$(run_tests) $(E2E)

# Preloaded by tests/e2e/commands/faults.py: it stands in for the C library, so it sees none of our flags.
$(B)/fail_shim.so: $(FAIL_SHIM) | $(FIRST)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=c11 $(WARN) $(if $(WERROR),-Werror) -O1 -g -shared -fPIC -o $@ $<

# ---- the proofs of the store at length (docs/store.md): an hour and more -------------------

KILLS ?= 1000
STEPS ?= 20000
STORE_PROOFS := $(patsubst %,$(B)/tests/storage/test_%,sqlite_power sqlite_faults sqlite_damage sqlite_migrate sqlite_processes model)
torture: aitia $(STORE_PROOFS)
	$(Q)for t in $(STORE_PROOFS); do AITIA_TORTURE=1 AITIA_SLOW=1 AITIA_STEPS=$(STEPS) $$t || exit 1; done
	$(Q)AITIA_KILLS=$(KILLS) AITIA=$(CURDIR)/$(B)/aitia $(PYTHON) tests/e2e/test_kills.py

# ---- exports through the real site generators ------------------------------------------
# What these need is for `make deps-sites` and deps-sites-npm to install. The three of npm take some minutes.
# Pictures of all pages are left in build/sites-pictures. `make test-written SEED_COUNT=200`: random records at length.
.PHONY: test-sites test-sites-npm test-written deps-sites deps-sites-npm
NPM_SITES := docusaurus vitepress starlight
test-sites: test-written
	$(Q)AITIA=$(CURDIR)/$(B)/aitia $(PYTHON) tests/sites/test_sites.py apt
test-written: aitia | $(FIRST)
	$(Q)AITIA=$(CURDIR)/$(B)/aitia $(if $(SEED_COUNT),SEED_COUNT=$(SEED_COUNT)) $(PYTHON) tests/sites/test_written.py
test-sites-npm: aitia | $(FIRST)
	$(Q)AITIA=$(CURDIR)/$(B)/aitia AITIA_NPM=$(CURDIR)/build/npm-sites $(PYTHON) tests/sites/test_sites.py npm
deps-sites deps-sites-npm: | $(filter deps,$(MAKECMDGOALS))
deps-sites:
	@sh tools/deps.sh sites
# What the lock files name, and nothing newer; again only when these changed.
deps-sites-npm:
	$(Q)for s in $(NPM_SITES); do from=tests/sites/npm/$$s to=build/npm-sites/$$s; \
	  cmp -s $$from/package-lock.json $$to/installed || { mkdir -p $$to && cp $$from/*.json $$to/ && \
	  (cd $$to && npm ci --ignore-scripts --no-audit --no-fund --silent) && cp $$from/package-lock.json $$to/installed; } || exit 1; done

# ---- the same tests under instruments --------------------------------------------------

asan asan-e2e valgrind gcc clang: | $(FIRST)
asan:
	$(Q)ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 \
	  $(MAKE) --no-print-directory VARIANT=asan test-units
asan-e2e:
	$(Q)ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 $(MAKE) --no-print-directory VARIANT=asan test-e2e
valgrind:
	$(Q)TEST_LIMIT_S=$${TEST_LIMIT_S:-2700} TEST_WRAPPER='valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite' AITIA_SLOW=1 \
	  $(MAKE) --no-print-directory VARIANT=valgrind test-units
gcc clang:
	$(Q)$(MAKE) --no-print-directory CC=$@ VARIANT=$@ WERROR=1 build/$@/aitia $(patsubst %.c,build/$@/%.o,$(TESTS) $(SRC_support) $(FUZZERS) tests/fuzz/replay.c)

# ---- analysis: what its figures promise, on many simulated histories ---------------------

PROOF ?= 200
analysis-proof: $(patsubst %.c,$(B)/%,$(wildcard tests/core/test_analysis_*.c))
	$(Q)for t in $^; do AITIA_PROOF=$(PROOF) $$t || exit 1; done

# ---- fuzzing: what once was found is replayed with the units; clang's libFuzzer looks for more

# Drafts are read by an outline of libcmark.
$(B)/tests/fuzz/replay_draft $(B)/tests/fuzz/fuzz_draft: $(call objs,templates) $(call embed_objs,templates)

$(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(B)/libsupport.a $(LINK_core)
	$(call say,LINK,$@)
	$(Q)$(CC) $(TEST_LDFLAGS) -o $@ $^ $(LIBS)

# `make fuzz FUZZ_SECONDS=600` runs all of them, `make fuzz-json` one.
FUZZ_SECONDS ?= 60
$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/libsupport.a $(LINK_core)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
fuzz: $(FUZZ_NAMES:%=fuzz-%)
fuzz-%: | $(FIRST)
	$(Q)$(MAKE) --no-print-directory CC=clang VARIANT=fuzz build/fuzz/tests/fuzz/fuzz_$*
	$(Q)mkdir -p build/corpus/$*
	$(Q)cd build && ./fuzz/tests/fuzz/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -print_final_stats=0 $(if $(wildcard tests/fuzz/$*.dict),-dict=$(CURDIR)/tests/fuzz/$*.dict) corpus/$* $(wildcard $(CURDIR)/tests/fuzz/corpus/$*)

# ---- how fast it is, all of it: `make bench`; with ten million samples too: `make bench BENCH_10M=1` ------------
# ---- imports alone: `make bench-import N=1000000 ROUNDS=1 ONLY='jsonl raw'` ------------------------------------

N         ?= 100000
ROUNDS    ?= 3
GENERATOR ?= ../shared/data/gen_samples.py
build/bench/raw_import: tests/bench/raw_import.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -O2 -Wall -Wextra -o $@ $< $$($(PKG) --libs sqlite3 nettle)
bench: bench-import bench-store bench-lists bench-similar
bench-import: aitia build/bench/raw_import
	$(Q)$(PYTHON) tests/bench/bench.py --aitia $(B)/aitia --raw build/bench/raw_import \
	  --generator $(GENERATOR) --count $(N) --rounds $(ROUNDS) $(if $(ONLY),--only $(ONLY))

# ---- what a store costs behind its import: `make bench-store STORE_ROWS="10000 1000000"` ---------

BENCH_10M  ?=
STORE_ROWS ?= 10000 1000000 $(if $(BENCH_10M),10000000)
PTYBENCH   ?= ../shared/bench/ptybench.py
STORE_BENCHES := search edits index
bench-store: aitia $(STORE_BENCHES:%=$(B)/tests/bench/store_%)
	$(Q)$(PYTHON) tests/bench/bench_store.py --aitia $(B)/aitia --generator $(GENERATOR) --ptybench $(PTYBENCH) \
	  $(foreach b,$(STORE_BENCHES),--$b $(B)/tests/bench/store_$b) $(STORE_ROWS)

# ---- key to paint, beside tig and a bare list: `make bench-tui TUI_ROWS="10000 1000000"` --------

TUI_ROWS ?= $(STORE_ROWS)
build/bench/bare_list: tests/bench/bare_list.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -O2 -Wall -Wextra -o $@ $< $$($(PKG) --cflags --libs sqlite3 ncursesw)
bench-tui: aitia build/bench/bare_list
	$(Q)$(PYTHON) tests/bench/bench_tui.py --aitia $(B)/aitia --bare build/bench/bare_list --generator $(GENERATOR) \
	  --ptybench $(PTYBENCH) --rounds $(ROUNDS) $(TUI_ROWS)

# ---- how lists grow: `make bench-lists LIST_ROWS="10000 1000000"` -----------------------------

LIST_ROWS ?= 10000 100000 1000000 $(if $(BENCH_10M),10000000)
$(B)/tests/bench/%: $(B)/tests/bench/%.o $(call objs,storage) $(call embed_objs,storage) $(LINK_core)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
bench-lists: $(B)/tests/bench/lists
	$(Q)mkdir -p build/bench && $(B)/tests/bench/lists build/bench $(LIST_ROWS)

# ---- what the analyses cost: `make bench-analysis ANALYSIS_ROWS="10000 1000000" ONLY=contrast` ---

ANALYSIS_ROWS ?= 10000 1000000 $(if $(BENCH_10M),10000000)
bench-analysis: aitia
	$(Q)$(PYTHON) tests/bench/analysis.py --aitia $(B)/aitia --generator $(GENERATOR) $(if $(ONLY),--only '$(ONLY)') $(ANALYSIS_ROWS)

# ---- what the rules of redaction find in ../shared/data, and what is planted there (docs/redaction.md) ----------

.PHONY: bench-redact
bench-redact: $(B)/tests/core/test_redact_data
	$(Q)AITIA_TABLE=1 $<

# ---- exports of many postmortems: `make bench-publish PAGES="10000 100000" SITE=hugo` ---------------

PAGES ?= 1000 10000
SITE  ?= plain
build/bench/raw_publish: tests/bench/raw_publish.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -O2 -Wall -Wextra -o $@ $< $$($(PKG) --libs sqlite3 libcmark)
bench-publish: aitia build/bench/raw_publish
	$(Q)$(PYTHON) tests/bench/bench_publish.py --aitia $(B)/aitia --raw build/bench/raw_publish --generator $(GENERATOR) \
	  --site $(SITE) $(PAGES)

# ---- near duplicates against reading the same bytes: `make bench-similar N=1000000` -------------

bench-similar: $(B)/tests/bench/similar
	$(Q)$(B)/tests/bench/similar $(N)

# ---- what keeps the house in order ---------------------------------------------------------

ALONE := $(HEADERS:%=alone/%)
.PHONY: $(ALONE)
$(ALONE): alone/%:
	$(Q)printf '#include "%s"\n' $* | $(CC) $(ALL_CPPFLAGS) -std=c11 $(WARN) -Werror -fsyntax-only -x c - || \
	  { echo "$* does not compile alone"; exit 1; }
layers: $(patsubst %.c,$(B)/%.o,$(SRC_all)) $(ALONE)
	$(Q)sh tools/layers.sh $(B) $(SRC_all)
	@echo "layers: $(words $(SRC_all)) files, $(words $(HEADERS)) headers keep their walls"

lint: lint-cppcheck lint-tidy
lint-cppcheck:
	$(Q)cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	  --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -j2 -I. -D_XOPEN_SOURCE=700 $(SRC_all)
# A stamp for each file, so that `make -k -j2 lint-tidy` looks again at what changed (and what includes it) alone.
lint-tidy: $(SRC_all:%.c=build/tidy/%.ok)
	@echo "lint: clean"
build/tidy/%.ok: %.c .clang-tidy $(B)/%.o
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(ALL_CPPFLAGS) -std=c11 >$(@:.ok=.log) 2>/dev/null || { grep -A3 'error:' $(@:.ok=.log); exit 1; }
	$(Q)touch $@

# FILE:KIND, as `aitia docs` knows them.
DOCS := docs/commands.md:commands docs/keys.md:keys docs/terms.md:terms docs/query.md:query docs/record.md:record \
        docs/incident.schema.json:schema docs/lint.md:lint docs/template-names.md:template-names docs/aitia.1:man \
        docs/completion/aitia.bash:bash
docs: aitia
	$(Q)for d in $(DOCS); do ./aitia docs $${d#*:} > $${d%:*}.tmp && mv $${d%:*}.tmp $${d%:*} || exit 1; done
docs-check: aitia
	$(Q)for d in $(DOCS); do ./aitia docs $${d#*:} | diff -u $${d%:*} - || { echo "$${d%:*} is stale: run make docs"; exit 1; }; done
	$(Q)$(PYTHON) tools/demo_samples.py --check
	@echo "docs: $(words $(DOCS)) generated files are current"

# ---- for a newcomer ---------------------------------------------------------------------------

deps:
	@sh tools/deps.sh build test

demo: aitia | $(FIRST)
	@./aitia demo

install: aitia
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/doc/aitia
	install -m 755 $(B)/aitia $(DESTDIR)$(PREFIX)/bin/aitia
	install -m 644 docs/aitia.1 $(DESTDIR)$(PREFIX)/share/man/man1/aitia.1
	install -m 644 README.md LICENSE docs/*.md $(DESTDIR)$(PREFIX)/share/doc/aitia/

help:
	@echo 'make            build ./aitia                make deps    install what is missing (Debian)'
	@echo 'make demo       open the demo                make test    unit and end-to-end tests'
	@echo 'make torture    crashes, faults and damage at length   KILLS=1000 STEPS=20000'
	@echo 'make asan       tests under ASan and UBSan   make valgrind'
	@echo 'make fuzz       all fuzz targets, FUZZ_SECONDS=60 each; make fuzz-NAME: one'
	@echo 'make test-sites exports through hugo, mkdocs, jekyll (make deps-sites); test-sites-npm: those of npm'
	@echo 'make lint       cppcheck and clang-tidy      make layers  dependency walls; each header alone'
	@echo 'make docs       regenerate docs/             make docs-check  compare them'
	@echo 'make bench      all of the four below; BENCH_10M=1: ten million samples too'
	@echo 'make bench-import  imports against their limits  N=1000000 ROUNDS=1: how many, how often'
	@echo 'make bench-tui    key to paint, beside tig      TUI_ROWS="10000 1000000"'
	@echo 'make bench-store  questions, edits, index, backup, screens  STORE_ROWS="10000 1000000": of how many samples'
	@echo 'make bench-lists  lists of stores that grow    LIST_ROWS="10000 10000000": of how many samples'
	@echo 'make bench-publish  exports of many postmortems  PAGES="10000 100000" SITE=hugo'
	@echo 'make bench-similar  near duplicates            N=1000000: of how many bodies'
	@echo 'make bench-redact  what the rules of redaction find in ../shared/data, miss, and raise for nothing'
	@echo 'make analysis-proof  PROOF=200: what the analysis promises, on so many simulated histories'
	@echo 'make bench-analysis  what the analyses cost    ANALYSIS_ROWS="10000 1000000": of how many samples; BENCH_10M=1'
	@echo 'make gcc clang  warnings as errors           make install DESTDIR= PREFIX='
