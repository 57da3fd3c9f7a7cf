# What all findings share: a temporary folder, pinned packages, and the comparison at the end.
# Sourced by the scripts beside this folder. A script ends with 0 if all is as it says, with 1 if
# the behaviour has changed, with 2 if it could not be tried.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cannot() {
  echo "cannot try this finding: $1" >&2
  tail -n 20 log >&2 || true
  exit 2
}

# python_with PACKAGE==VERSION …: what python_run needs.
python_with() {
  python3 -m venv venv >log 2>&1 || cannot "python3 -m venv"
  venv/bin/pip install --disable-pip-version-check "$@" >log 2>&1 || cannot "pip install $*"
}

# python_run [NAME=VALUE …]: runs the program on standard input; what it prints is what is seen.
python_run() {
  env "$@" venv/bin/python - >>seen 2>log || cannot "the program failed"
}

# java_with GROUP:ARTIFACT:VERSION …: what java_run needs.
java_with() {
  {
    echo '<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId>'
    echo '<artifactId>finding</artifactId><version>1</version><dependencies>'
    local group artifact version
    printf '%s\n' "$@" | while IFS=: read -r group artifact version; do
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId>"
      echo "<version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >pom.xml
  mvn --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=classpath >log 2>&1 || cannot "mvn with $*"
}

# java_run [ARGUMENT …]: runs the program on standard input, a class Finding; as python_run.
java_run() {
  local opens=() package
  for package in java.lang java.lang.invoke java.net java.nio java.util sun.nio.ch; do
    opens+=("--add-opens=java.base/$package=ALL-UNNAMED") # Spark asks for them
  done
  cat >Finding.java
  java "${opens[@]}" -cp "$(cat classpath)" Finding.java "$@" >>seen 2>log \
    || cannot "the program failed"
}

# Prints what was seen and compares it with standard input.
expect() {
  cat >expected
  cat seen
  if ! diff expected seen >log; then
    echo "CHANGED (< as described, > now):" >&2
    cat log >&2
    exit 1
  fi
  echo "as described"
}
