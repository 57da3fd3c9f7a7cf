#!/usr/bin/env bash
# Runs Unroll on this machine, building it first where sources are newer than the jar.
#
#   ./run-local.sh                         trains jobs/quickstart.conf
#   ./run-local.sh train my.conf --set …   passes every argument on
#
# Environment: JAVA_HOME; SPARK_HOME (its spark-submit is taken if it is Spark 4 for Scala 2.13);
# SPARK_CONF_DIR instead of conf/; SPARK_LOCAL_IP (default 127.0.0.1: no port is open to the network);
# UNROLL_MEMORY, the heap, as 6g or 900m (default: half of the machine's memory, 1g to 8g).
set -eu

die() {
  printf 'run-local.sh: %s\n' "$1" >&2
  exit 2
}

say() { printf '%s\n' "$1" >&2; }

# Until Java listens itself.
trap 'exit 130' HUP INT TERM

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

# --- Java: sets java, java_home, java_major ---------------------------------------------------

find_java() {
  local properties
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || die "Java 17 or later is needed, but JAVA_HOME=$JAVA_HOME has no bin/java."
  else
    java=$(command -v java) || die 'Java 17 or later is needed: set JAVA_HOME or put java on the PATH.'
  fi
  properties=$("$java" -XshowSettings:properties -version 2>&1) || die "$java does not start."
  java_home=$(sed -n 's/^ *java\.home = //p' <<<"$properties")
  java_major=$(sed -n 's/^ *java\.specification\.version = //p' <<<"$properties")
  java_major=${java_major#1.} # Java 8 calls itself 1.8
  [ "${java_major:-0}" -ge 17 ] 2>/dev/null ||
    die "Java 17 or later is needed, but $java is Java ${java_major:-of an unknown version}."
}

# --- Build ------------------------------------------------------------------------------------

jar_is_current() {
  [ -f "$jar" ] && [ -n "$(compgen -G "$project/target/spark/jars/spark-core_2.13-*.jar")" ] &&
    [ -z "$(find "$project/pom.xml" "$project/src/main" -newer "$jar" -print | head -n 1)" ]
}

check_build_tools() {
  local version
  command -v mvn >/dev/null ||
    die 'Maven 3.8 or later is needed to build Unroll, but there is no mvn on the PATH.'
  version=$(mvn -version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  case $version in
    3.[0-7] | [0-2].* | '') die "Maven 3.8 or later is needed to build Unroll, but mvn is Maven ${version:-of an unknown version}." ;;
  esac
  [ -x "$java_home/bin/javac" ] ||
    die "A JDK is needed to build Unroll, but $java_home is a Java runtime without a compiler."
}

build() {
  local log=$project/target/build.log
  check_build_tools
  say 'Building Unroll (once; a few minutes)…'
  mkdir -p "$project/target"
  # A build that stops half-way leaves a jar without our libraries; it must not look finished.
  trap 'rm -f "$jar"; exit 130' HUP INT TERM
  if ! (cd "$project" && JAVA_HOME=$java_home mvn -q -B -Dmaven.test.skip=true package) >"$log" 2>&1 </dev/null; then
    rm -f "$jar"
    cat "$log" >&2
    say 'run-local.sh: the build failed; its messages stand above.'
    exit 1
  fi
  trap 'exit 130' HUP INT TERM
}

# --- Memory -----------------------------------------------------------------------------------

# In local mode the driver is the worker as well, so it gets a good share of the machine.
heap() {
  local megabytes='' limit
  if [ -n "${UNROLL_MEMORY:-}" ]; then
    [[ $UNROLL_MEMORY =~ ^[1-9][0-9]*[kKmMgG]$ ]] ||
      die "UNROLL_MEMORY must be a number followed by m or g, as in 6g, got $UNROLL_MEMORY."
    printf '%s' "$UNROLL_MEMORY"
    return
  fi
  if [ -r /proc/meminfo ]; then
    megabytes=$(awk '/^MemTotal:/ { printf "%d", $2 / 1024 }' /proc/meminfo)
  elif command -v sysctl >/dev/null; then
    megabytes=$(sysctl -n hw.memsize 2>/dev/null | awk '{ printf "%d", $1 / 1048576 }')
  fi
  megabytes=${megabytes:-4096}
  # Inside a container its limit counts, not the machine.
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  if [[ $limit =~ ^[0-9]+$ ]] && [ $((limit / 1048576)) -lt "$megabytes" ]; then
    megabytes=$((limit / 1048576))
  fi
  megabytes=$((megabytes / 2))
  if [ "$megabytes" -lt 1024 ]; then megabytes=1024; fi
  if [ "$megabytes" -gt 8192 ]; then megabytes=8192; fi
  printf '%sm' "$megabytes"
}

# --- Start ------------------------------------------------------------------------------------

# Java announces the incubating Vector API (and from 24 on a package that is gone, which Spark still
# opens) before anything runs, and has no option against it. These first lines are dropped, the rest
# passes through; interrupts are left to Java, whose last words shall arrive.
without_start_warnings() {
  local line lines=1
  trap '' INT TERM HUP
  if [ "$java_major" -ge 24 ]; then lines=2; fi
  while [ "$lines" -gt 0 ] && IFS= read -r line; do
    case $line in
      'WARNING: Using incubator modules: '* | 'WARNING: package sun.security.action not in java.base') ;;
      *) printf '%s\n' "$line" ;;
    esac
    lines=$((lines - 1))
  done
  exec cat
}

start_embedded() {
  export SPARK_CONF_DIR=${SPARK_CONF_DIR:-$project/conf}
  # For the worker processes that a local-cluster master starts.
  export SPARK_HOME=$project/target/spark SPARK_SCALA_VERSION=2.13
  exec "$java" "@$project/conf/java-options" "-Xmx$memory" -XX:+UseParallelGC \
    -cp "$SPARK_CONF_DIR:$jar:$project/target/spark/jars/*" org.unroll.cli.Launch \
    --class org.unroll.cli.Main "$jar" "$@" 2> >(without_start_warnings >&2)
}

start_installed() {
  # The installation's own settings (master, spark-env.sh) hold; ours are added to them.
  if [ ! -e "${SPARK_CONF_DIR:-$SPARK_HOME/conf}/log4j2.properties" ]; then
    SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} -Dlog4j2.configurationFile=$project/conf/log4j2.properties"
    export SPARK_SUBMIT_OPTS
  fi
  exec "$SPARK_HOME/bin/spark-submit" --driver-memory "$memory" \
    --properties-file "$project/conf/spark-defaults.conf" --load-spark-defaults \
    --class org.unroll.cli.Main "$jar" "$@"
}

# Java reads arguments and names of files in the encoding of the locale, whatever its options say. In
# plain C that is ASCII: other letters would be lost.
use_utf8() {
  local name
  [ "$(locale charmap 2>/dev/null)" = ANSI_X3.4-1968 ] || return 0
  name=$(locale -a 2>/dev/null | grep -iEm 1 '^(C|en_US)\.utf-?8$') || return 0
  export LC_ALL=$name
}

use_utf8
find_java
version=$(sed -n '/<artifactId>unroll<\/artifactId>/,/<\/version>/s:.*<version>\(.*\)</version>.*:\1:p' \
  "$project/pom.xml" | head -n 1)
jar=$project/target/unroll-$version.jar
jar_is_current || build
memory=$(heap)
export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}

# The quick start's paths are the project's; all others are relative to where the user stands.
if [ $# -eq 0 ]; then
  cd -- "$project"
  set -- train jobs/quickstart.conf
fi

if [ -n "${SPARK_HOME:-}" ]; then
  if [ -x "$SPARK_HOME/bin/spark-submit" ] &&
    [ -n "$(compgen -G "$SPARK_HOME/jars/spark-core_2.13-4.*.jar")" ]; then
    start_installed "$@"
  fi
  say "SPARK_HOME=$SPARK_HOME is not Spark 4 for Scala 2.13; using the embedded Spark."
fi
start_embedded "$@"
