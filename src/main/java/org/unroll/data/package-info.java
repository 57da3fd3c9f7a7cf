/** From records of text to numbered sequences: tokenisers, vocabularies, labels, encoders. */
package org.unroll.data;
