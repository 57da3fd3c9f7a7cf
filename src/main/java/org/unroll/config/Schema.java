package org.unroll.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The keys of a record, in the order of its components. */
final class Schema {
  private final Constructor<?> constructor;
  private final List<Entry> entries;

  private Schema(Constructor<?> constructor, List<Entry> entries) {
    this.constructor = constructor;
    this.entries = List.copyOf(entries);
  }

  /** One component of a record. */
  sealed interface Entry {
    /** The name in the job file. */
    String name();

    RecordComponent component();

    /** The component's value in a record. */
    default Object get(Object record) {
      try {
        return component().getAccessor().invoke(record);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + component(), e);
      }
    }
  }

  /** A key with a value. */
  record Leaf(String name, RecordComponent component, Key key) implements Entry {
    ValueType type() {
      return elementType(component) == Integer.class
          ? ValueType.INTEGERS
          : elementType(component) == Double.class
              ? ValueType.REALS
              : ValueType.of(component.getType());
    }

    /** Whether its value says what kind the section is of. */
    private boolean saysKind(boolean first) {
      return first && type() == ValueType.CHOICE || key.saysKind();
    }

    Range range() {
      return Range.of(key);
    }

    boolean appliesTo(Kind kind) {
      return key.only().length == 0 || kind.isOneOf(key.only());
    }

    boolean mayApplyTo(Kind kind) {
      return key.only().length == 0 || kind.mayBeOneOf(key.only());
    }

    /** The value of a key that is not given; for a required key, one that only fills the place. */
    Object defaultValue(Kind kind) {
      Class<?> type = component.getType();
      String text = defaultText(kind);
      if (key.optional() || key.required() || text.isEmpty()) {
        return type().absent(type);
      }
      return type().convert(ValueType.Raw.ofText(text), type);
    }

    private String defaultText(Kind kind) {
      for (String name : kind.names()) {
        for (String ofKind : key.byKind()) {
          if (ofKind.startsWith(name + ":")) {
            return ofKind.substring(name.length() + 1).strip();
          }
        }
      }
      return key.value();
    }

    /** Whether an optional key was not given. */
    boolean isAbsent(Object value) {
      return key.optional() && value.equals(type().absent(component.getType()));
    }

    /** The rule a converted value breaks, or the empty string. */
    String brokenRule(Object value) {
      boolean kept = !(value instanceof Number number) || range().contains(number.doubleValue());
      return kept ? "" : "must be " + range().inWords();
    }
  }

  /** A record within the record. */
  record Section(String name, RecordComponent component, Schema schema) implements Entry {}

  /** A list of records. */
  record Elements(String name, RecordComponent component, Key key, Schema schema) implements Entry {
    Range size() {
      return Range.of(key);
    }

    boolean appliesTo(Kind kind) {
      return key.only().length == 0 || kind.mayBeOneOf(key.only());
    }
  }

  /** Reads the declarations of a record. */
  static Schema of(Class<? extends Record> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Entry> entries = new ArrayList<>();
    for (RecordComponent component : components) {
      component.getAccessor().setAccessible(true);
      String name = kebab(component.getName());
      Key key = component.getAnnotation(Key.class);
      if (component.getType().isRecord()) {
        Schema section = of(component.getType().asSubclass(Record.class));
        entries.add(new Section(name, component, section));
      } else if (key == null) {
        throw new IllegalStateException(component + " needs a Key annotation");
      } else if (elementType(component) != null && elementType(component).isRecord()) {
        Class<?> element = elementType(component);
        entries.add(new Elements(name, component, key, of(element.asSubclass(Record.class))));
      } else {
        entries.add(new Leaf(name, component, key));
      }
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new Schema(constructor, entries);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("no canonical constructor in " + type, e);
    }
  }

  /** The type of a list's elements, null if the component is no list. */
  private static Class<?> elementType(RecordComponent component) {
    return component.getType() == List.class
        ? (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0]
        : null;
  }

  List<Entry> entries() {
    return entries;
  }

  /** The entry of this name, or null. */
  Entry entry(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst().orElse(null);
  }

  /** Whether an entry's value says what kind this record is of. */
  boolean saysKind(Entry entry) {
    return entry instanceof Leaf leaf && leaf.saysKind(entry == entries.get(0));
  }

  /** The kind of a record: what its components say, within the one around it. */
  Kind kindOf(Object record, Kind outerKind) {
    Kind kind = outerKind;
    for (Entry entry : entries) {
      if (saysKind(entry) && entry.get(record) instanceof Enum<?> constant) {
        kind = kind.with(constant);
      }
    }
    return kind;
  }

  /** Makes the record from the values of its components, in order. */
  Object construct(List<Object> values) {
    try {
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + constructor, e);
    }
  }

  /** The values of a record for {@link JobText}, without keys that are absent or do not apply. */
  Map<String, Object> toTree(Object record, boolean onlyWhatChangesTheResult) {
    return toTree(record, Kind.NONE, onlyWhatChangesTheResult);
  }

  private Map<String, Object> toTree(Object record, Kind outerKind, boolean onlyResult) {
    Kind kind = kindOf(record, outerKind);
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Entry entry : entries) {
      Object value = entry.get(record);
      if (entry instanceof Section section) {
        Map<String, Object> inner = section.schema().toTree(value, kind, onlyResult);
        if (!inner.isEmpty()) {
          tree.put(entry.name(), inner);
        }
      } else if (entry instanceof Elements elements) {
        boolean absent = elements.key().optional() && ((List<?>) value).isEmpty();
        if (!elements.appliesTo(kind) || absent) {
          continue;
        }
        List<Object> list = new ArrayList<>();
        for (Object element : (List<?>) value) {
          list.add(elements.schema().toTree(element, kind, onlyResult));
        }
        tree.put(entry.name(), list);
      } else if (entry instanceof Leaf leaf) {
        boolean wanted = leaf.key().changesResult() || !onlyResult;
        if (wanted && leaf.appliesTo(kind) && !leaf.isAbsent(value)) {
          tree.put(entry.name(), ValueType.render(value));
        }
      }
    }
    return tree;
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
