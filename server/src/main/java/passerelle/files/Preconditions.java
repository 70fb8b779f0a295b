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

  /** If-Range (§13.1.5): whether the Range field counts. */
  static boolean allowsRange(Request request, FileFields file) {
    String validator = request.fields().joined(FieldName.IF_RANGE);
    if (validator == null) {
      return true;
    }
    if (validator.startsWith("\"") || validator.startsWith("W/")) {
      return validator.equals(file.entityTag()) && !validator.startsWith("W/");
    }
    // A date that two versions may share does not say which of them the client has.
    return HttpDate.parse(validator) == file.lastModifiedSecond() && !file.isEarly();
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
