package org.unroll.spark;

import java.io.Serializable;

/**
 * A file to read.
 *
 * @param uri where Hadoop finds it
 * @param name for people, and the same however the path was written
 * @param relative path relative to the data root, without compression suffix: its identity
 * @param length in bytes, as stored
 * @param compressed whether it must be decompressed, hence read from its start
 */
record InputFile(String uri, String name, String relative, long length, boolean compressed)
    implements Serializable {}
