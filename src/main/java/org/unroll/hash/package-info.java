/**
 * Counter-based hashing: every random decision and every placement is a pure function of what it is
 * about, never of a partition number or of a generator whose state crosses sequences.
 */
package org.unroll.hash;
