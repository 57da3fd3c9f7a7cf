/** Words for people: numbers with their nouns. It depends on nothing, and everything may use it. */
package org.unroll.text;
