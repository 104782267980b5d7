# Two commands do everything on a fresh machine: `make demo` shows the program, `make test` proves it.

holdspace := target/release/holdspace

.PHONY: help demo test lint soak room bench-site bench-serve bench-count music clean

help:
	@echo 'make demo    install what the build needs, build, and make the site and the sound of session 1'
	@echo 'make test    install what the tests need, and run all of them'
	@echo 'make lint    formatting, lints, documentation, and the build without a speaker'
	@echo 'make soak    1 000 edits of a site, 10 000 random sequences of commands, and 100 000 damaged files in 2 GB of memory at most (SOAK=1000 for fewer)'
	@echo 'make room    play half an hour to a real sound server, every core busy, and compare what it heard (ROOM=60 for more)'
	@echo 'make bench-site  build the same sites with holdspace, Hugo, Zola and a bare probe (PAGES="100 1000" RUNS=5 HUGO=… ZOLA=…)'
	@echo 'make bench-serve  from a saved page to the page in the preview, beside Hugo and Zola (PAGES=10000 HUGO=… ZOLA=…)'
	@echo 'make bench-count  count the instructions of a build, and compare with those that are kept (KEEP=--keep keeps them, and the order of functions; needs valgrind)'
	@echo 'make music   render the pieces in playlists/music again from their recipes (needs oggenc)'

demo:
	@.ci/install build
	cargo build --release --locked
	$(holdspace) build
	$(holdspace) render session-1 -o session-1.flac
	@echo
	@echo 'Look:    open public/index.html in a browser, or run  ./$(holdspace) serve --open'
	@echo 'Listen:  session-1.flac is the first session, as long as its plan;  ./$(holdspace) plan session-1  shows it'
	@echo 'Play:    ./$(holdspace) play session-1  plays it in the room; type  help  for the commands'

test:
	@.ci/install test
	@.ci/tools >/dev/null
	cargo test --locked --no-fail-fast

lint:
	@.ci/install build
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --no-default-features -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --quiet

SOAK ?= 100000
soak:
	@.ci/install build
	cargo test --release --locked --test formats --test storm --test again --no-run
	HOLDSPACE_EDITS=$$(($(SOAK) / 100)) cargo test --release --locked --test again
	HOLDSPACE_STORM=$$(($(SOAK) / 10)) cargo test --release --locked --test storm
	ulimit -v 2000000; HOLDSPACE_SOAK=$(SOAK) cargo test --release --locked --test formats damaged

ROOM ?= 31
room:
	@.ci/install test
	HOLDSPACE_ROOM_MINUTES=$(ROOM) cargo test --release --locked --test room -- --nocapture heard_whole

bench-site:
	@.ci/install build
	cargo bench --locked --bench site

bench-serve:
	@.ci/install build
	cargo bench --locked --bench site -- --serve

bench-count:
	@.ci/install build
	$(if $(KEEP),cargo build --release --locked && install -D $(holdspace) target/used/holdspace)
	cargo bench --locked --bench site -- --count $(KEEP)

music:
	cargo build --release --locked
	$(MAKE) -C playlists/music

clean:
	cargo clean
	rm -rf public .holdspace
