#!/usr/bin/env bash
# Paths and numbers in HOCON, read with Typesafe Config (Lightbend Config).
#
# Expected: what is written, or an error.
# Seen: other values, without a word.
#   - // begins a comment also inside a path without quotes: data//train.tsv is data, the whole
#     directory; so does #, and C#/x is C.
#   - getInt and getLong cut off: 1.9 is 1 and -1.9 is -1, also from a text ("1.9").
#   - .25 is a text, 1. and 010 are numbers; getDouble reads the text .25 all the same, and takes 1d
#     and 1f for 1, as Java's parser does.
#   - a list may be an object whose keys are numbers: { 1 : a, 0 : b } is [b, a], keys that are no
#     numbers are dropped.
#
# Versions: com.typesafe:config 1.4.9.
# For Unroll: it looks at the type and the text of each value itself, refuses 1.9 where a whole number
# must stand, and objects where a list must; paths with // need quotes.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

java_with com.typesafe:config:1.4.9
java_run <<'PROGRAM'
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.function.Function;

public class Finding {
  public static void main(String[] arguments) {
    show("data//train.tsv", read -> read.getString("x"));
    show("C#/train.tsv", read -> read.getString("x"));
    show("1.9", read -> read.getInt("x"));
    show("\"-1.9\"", read -> read.getLong("x"));
    for (String number : new String[] {".25", "1.", "010", "1d"}) {
      show(number, read -> read.getDouble("x"));
    }
    show("{ 1 : a, 0 : b, c : d }", read -> read.getStringList("x"));
  }

  private static void show(String text, Function<Config, Object> get) {
    Config read = ConfigFactory.parseString("x = " + text);
    System.out.println(text + " is " + get.apply(read) + ", " + read.getValue("x").valueType());
  }
}
PROGRAM
expect <<'SEEN'
data//train.tsv is data, STRING
C#/train.tsv is C, STRING
1.9 is 1, NUMBER
"-1.9" is -1, STRING
.25 is 0.25, STRING
1. is 1.0, NUMBER
010 is 10.0, NUMBER
1d is 1.0, STRING
{ 1 : a, 0 : b, c : d } is [b, a], OBJECT
SEEN
