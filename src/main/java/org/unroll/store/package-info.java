/**
 * What survives a run: model files, checkpoints, vocabularies, the output directory and its lock.
 *
 * <p>Everything is written through a {@link org.unroll.store.Directory}, so that the same code
 * serves the local disk and any Hadoop file system. Files appear whole or not at all, are the same
 * bytes for the same content, and are read back strictly: what is truncated, overlapping, oversized
 * or not a number is refused with the rule, the value, the place and the fix. No Java
 * serialisation, and no class name in any file.
 */
package org.unroll.store;
