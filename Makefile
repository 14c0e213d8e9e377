# Thin aliases; everything is in run.py.
.PHONY: demo test lock

demo:
	python3 run.py demo

test:
	python3 run.py test

# After a change of the dependencies in pyproject.toml.
lock:
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml --universal --all-extras --group dev --generate-hashes \
	  --python-version 3.11 --no-annotate --quiet --custom-compile-command "make lock" -o requirements/lock.txt
