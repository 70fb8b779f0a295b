package passerelle.files;

import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Fields;
import passerelle.http.HttpDate;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.Ascii;

/**
 * The conditions of a request, in the order of RFC 9110 §13.2.2.
 *
 * <p>Immutable.
 */
final class Preconditions {
  private Preconditions() {}

  /** The status to answer with (304 or 412), or null if the request may go on. */
  static @Nullable Status evaluate(Request request, FileFields file) {
    Fields fields = request.fields();
    String ifMatch = fields.joined(FieldName.IF_MATCH);
    if (ifMatch != null) {
      if (!lists(ifMatch, file.entityTag(), false)) {
        return Status.PRECONDITION_FAILED;
      }
    } else if (isLaterThan(fields, FieldName.IF_UNMODIFIED_SINCE, file)) {
      return Status.PRECONDITION_FAILED;
    }
    String ifNoneMatch = fields.joined(FieldName.IF_NONE_MATCH);
    if (ifNoneMatch != null) {
      return lists(ifNoneMatch, file.entityTag(), true) ? Status.NOT_MODIFIED : null;
    }
    long since = date(fields, FieldName.IF_MODIFIED_SINCE);
    boolean isUnmodified = since != HttpDate.INVALID && file.lastModifiedSecond() <= since;
    return isUnmodified ? Status.NOT_MODIFIED : null;
  }

  /**
   * Whether the Range field counts, by If-Range (§13.1.5).
   *
   * @param isGuess whether the client may mean another representation; then it has to name this
   *     one, by If-Range or If-Match
   */
  static boolean allowsRange(Request request, FileFields file, boolean isGuess) {
    Fields fields = request.fields();
    String validator = fields.joined(FieldName.IF_RANGE);
    if (validator == null) {
      return !isGuess || names(fields, FieldName.IF_MATCH, file.entityTag());
    }
    if (validator.startsWith("\"") || validator.startsWith("W/")) {
      return validator.equals(file.entityTag()) && !validator.startsWith("W/");
    }
    // A date that two versions may share does not say which the client has (§8.8.2.2).
    return HttpDate.parse(validator) == file.lastModifiedSecond() && !file.isEarly() && !isGuess;
  }

  /** Whether the client may have got a coding of something: it says which it takes. */
  static boolean accepts(Fields request) {
    return request.occurrences(FieldName.ACCEPT_ENCODING) > 0;
  }

  /** Whether a condition holds this tag, so that the client has, or had, what it stands for. */
  static boolean names(Fields request, String tag) {
    return names(request, FieldName.IF_RANGE, tag)
        || names(request, FieldName.IF_MATCH, tag)
        || names(request, FieldName.IF_NONE_MATCH, tag);
  }

  private static boolean names(Fields request, FieldName condition, String tag) {
    return holdsTag(request, condition)
        && lists(String.valueOf(request.joined(condition)), tag, true);
  }

  /** Whether a condition holds any tag. */
  static boolean namesAny(Fields request) {
    return holdsTag(request, FieldName.IF_RANGE)
        || holdsTag(request, FieldName.IF_MATCH)
        || holdsTag(request, FieldName.IF_NONE_MATCH);
  }

  private static boolean holdsTag(Fields request, FieldName condition) {
    String list = request.joined(condition);
    return list != null && list.indexOf('"') >= 0;
  }

  private static boolean isLaterThan(Fields fields, FieldName name, FileFields file) {
    long date = date(fields, name);
    return date != HttpDate.INVALID && file.lastModifiedSecond() > date;
  }

  /** A date, if the field holds exactly one (§13.1.3, §13.1.4). */
  private static long date(Fields fields, FieldName name) {
    String value = fields.joined(name);
    return value == null ? HttpDate.INVALID : HttpDate.parse(value);
  }

  /** Whether a list of entity tags, or "*", holds the tag (§8.8.3.2, §13.1.1, §13.1.2). */
  private static boolean lists(String list, String tag, boolean isWeakComparison) {
    if (Ascii.trimOws(list).equals("*")) {
      return true;
    }
    boolean isTagWeak = tag.startsWith("W/");
    if (isTagWeak && !isWeakComparison) {
      return false;
    }
    String opaque = isTagWeak ? tag.substring(2) : tag;
    int at = list.indexOf('"');
    while (at >= 0) {
      int end = list.indexOf('"', at + 1);
      if (end < 0) {
        return false;
      }
      boolean isWeak = at >= 2 && list.startsWith("W/", at - 2);
      if (list.substring(at, end + 1).equals(opaque) && (isWeakComparison || !isWeak)) {
        return true;
      }
      at = list.indexOf('"', end + 1);
    }
    return false;
  }
}
