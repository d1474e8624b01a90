#!/bin/sh
# After a file was written: says what a parser has against it. Exit status 2 shows Claude the text.
file=$(node -e 'process.stdout.write(JSON.parse(require("node:fs").readFileSync(0, "utf8")).tool_input?.file_path ?? "")')
case $file in
  *.py) python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file" >&2 || exit 2 ;;
  *.js | *.mjs | *.cjs) node --check "$file" >&2 || exit 2 ;;
  *.json) node -e 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))' "$file" >&2 || exit 2 ;;
esac
