# Jianyan 建言. `make demo` shows it; `make check test` is what a change must pass.

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
# Processes that run tests side by side.
JOBS ?= 4

export PORT
export VENV
# The suite starts some hundred processes: what was compiled for one is not compiled again for the next.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench eval-duplicates faults messages pictures rehearsal bundle lock clean

help:
	@echo 'make demo      演示 / the demonstration      PORT=8000 RESET=1'
	@echo 'make run       运行开发站点 / a site of your own  PORT=8000'
	@echo 'make test      全部测试 / the whole suite'
	@echo 'make check     静态检查 / what needs no running'
	@echo 'make bench     性能测量 / measurements          ONLY="votes joins …" QUICK=1 DOCUMENT=1'
	@echo 'make eval-duplicates  近似建言提示的准确度 / how good the duplicate hints are'
	@echo 'make faults    故障演练 / what holds when things fail   FAULTS="--row 1 …"'
	@echo 'make messages  更新译文 / the catalogues      MERGE="file.tsv …"'
	@echo 'make rehearsal 审核演练 / thirty ideas a minute, a moderator with a keyboard  ARGS="--per-minute 60 …"'
	@echo 'make pictures  重拍文档图片 / the pictures of docs/pictures'
	@echo 'make bundle    离线安装包 / an archive that installs without a network'
	@echo 'make lock      重新锁定依赖 / pin the dependencies anew'
	@echo 'make clean     清除生成物 / remove what was made (var/ stays)'

demo: $(RUNTIME)
	@$(BIN)/jianyan demo $(if $(filter 1 yes true,$(RESET)),--reset)

run: $(RUNTIME)
	@$(BIN)/jianyan manage migrate --verbosity 0
	@$(BIN)/jianyan serve

test: $(DEVELOPMENT)
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term

# djlint only lints: its formatter adds spaces that a reader of the page would see.
check: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/jianyan manage makemigrations --check --dry-run
	$(BIN)/python -m tests.catalogues check

bench: $(DEVELOPMENT)
	$(BIN)/python -m tests.benchmarks.run $(if $(ONLY),--only $(ONLY)) \
		$(if $(filter 1 yes true,$(QUICK)),--quick) $(if $(filter 1 yes true,$(DOCUMENT)),--document)

eval-duplicates: $(DEVELOPMENT)
	@$(BIN)/python -m tests.evaluation.duplicates

faults: $(DEVELOPMENT)
	$(BIN)/python -m tests.faults.run $(FAULTS)

messages: $(DEVELOPMENT)
	$(BIN)/python -m tests.catalogues update $(if $(MERGE),--merge $(MERGE))

pictures: $(DEVELOPMENT)
	$(BIN)/python -m tests.pictures

rehearsal: $(DEVELOPMENT)
	@$(BIN)/jianyan rehearse --scripted $(ARGS)

bundle: $(RUNTIME)
	@$(BIN)/python platform/deploy/bundle.py

LOCKING := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet --extra build --extra uvicorn
lock: $(DEVELOPMENT)
	$(LOCKING) $(UPGRADE) --output-file requirements.lock
	$(LOCKING) $(UPGRADE) --constraint requirements.lock --extra dev --output-file tests/requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The development lock holds everything of the runtime lock, so it counts for both.
$(RUNTIME): requirements.lock pyproject.toml .ci/environment
	@.ci/environment requirements.lock
	@touch $@

$(DEVELOPMENT): tests/requirements.lock requirements.lock pyproject.toml .ci/environment
	@.ci/environment tests/requirements.lock
	@touch $(RUNTIME) $@
