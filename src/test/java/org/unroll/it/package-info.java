/**
 * Integration tests: the shaded jar in real processes, started as users start it, then killed,
 * interrupted, starved of disk and memory. They run in {@code mvn verify}; the long ones carry the
 * tag {@code soak} and run with {@code -Psoak}.
 */
package org.unroll.it;
