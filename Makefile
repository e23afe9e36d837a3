# Every target sets up what it needs: `make demo` and `make test` work in a fresh clone.

SWIFT_FILES := Package.swift Sources Tests Benchmarks
RELEASE := swift build -c release --static-swift-stdlib -Xlinker -s --product stack

.PHONY: help setup build demo test acceptance soak lint format release bench clean

help: ## What there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

setup:
	@scripts/setup

build: setup ## The program, for development
	@swift build --product stack

demo: setup ## Plans and applies the stacks of this repository, without any cloud
	@scripts/demo

test: setup ## All tests but the long ones
	@scripts/setup postgresql
	@scripts/run-tests test --skip '^AcceptanceTests\.' --skip '^SoakTests\.'

acceptance: setup ## Real providers: AWS's against its API on loopback, and one of the tests' own
	@scripts/setup strace postgresql
	@scripts/test-environment >/dev/null
	@scripts/run-tests acceptance --filter '^AcceptanceTests\.'

soak: setup ## Long repetitions of what has to survive
	@scripts/setup strace postgresql
	@scripts/test-environment >/dev/null
	@scripts/run-tests soak --filter '^SoakTests\.'
	@STACK_TEST_DATABASE=postgres scripts/run-tests soak-postgres --filter '^(EndToEndTests|IsolationTests)\.'

lint: setup ## Format, imports, printing, declared dependencies
	@scripts/lint

format: ## Formats the code in place
	@swift format --in-place --parallel --recursive $(SWIFT_FILES)

release: setup ## The program to ship: static Swift libraries, stripped
	@$(RELEASE)
	@du -h "$$($(RELEASE) --show-bin-path)/stack"

bench: release ## How fast, against bare commands
	@scripts/setup postgresql
	@$(RELEASE:stack=records-speed)
	@Benchmarks/run "$$($(RELEASE) --show-bin-path)/stack"

clean: ## Removes what was built; states and records in .stack/ stay
	@rm -rf .build
