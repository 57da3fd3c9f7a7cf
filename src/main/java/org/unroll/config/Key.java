package org.unroll.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a key of the job file on the record component that holds its value. The key's name is
 * the component's name in kebab case ({@code batchSize} is {@code batch-size}); its type is the
 * component's type. Components whose type is itself a record are sections and carry no annotation.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {
  /** One sentence for the table of keys. */
  String doc();

  /** The default, written as after {@code --set key=}. */
  String value() default "";

  /** Defaults that depend on the kind of the enclosing record, as {@code "adam: 0.001"}. */
  String[] byKind() default {};

  /** The job must give this key. */
  boolean required() default false;

  /**
   * The key may be absent and has no default: the component is then 0 for a number, the empty
   * string for text, and {@code None} for a sealed type. Writing such a value in the job is still
   * an error.
   */
  boolean optional() default false;

  /** Inclusive lower bound of a number; also the least number of elements of a list. */
  double atLeast() default Double.NaN;

  /** Exclusive lower bound of a number. */
  double above() default Double.NaN;

  /** Inclusive upper bound of a number. */
  double atMost() default Double.NaN;

  /** Exclusive upper bound of a number. */
  double below() default Double.NaN;

  /**
   * The kinds this key belongs to; empty means all. The kind of a section is the first component of
   * its record if that is an enum, and each that {@link #saysKind}; the kinds of the sections
   * around it count, too.
   */
  String[] only() default {};

  /**
   * Whether this choice, too, says what kind its section is of, to the keys that follow it; a first
   * component that is an enum always does.
   */
  boolean saysKind() default false;

  /** Whether another value may change the trained parameters. */
  boolean changesResult() default true;
}
