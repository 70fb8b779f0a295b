package passerelle.files;

import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Fields;
import passerelle.http.WeightedList;
import passerelle.io.Slice;

/**
 * A file that a path leads to, in the codings there are of it.
 *
 * <p>A worker makes it, holding its files, and hands it over; from then on only what never changes
 * may be read by workers. {@link #retire} ends that hold; the paths that lead to it list it.
 *
 * <p>Confined to the loop thread.
 */
public final class Resource {
  private static final Coding[] CODINGS = Coding.values();

  private final @Nullable CachedFile[] files;
  private final @Nullable CachedFile identity;
  private final boolean isNegotiable;
  private final boolean isGzipDue;
  private final boolean isSettled;
  private final Slice value = Slice.of("");
  private boolean isRetired;

  /**
   * A resource.
   *
   * @param files by the coding's number; at least that of {@link Coding#IDENTITY}
   * @param isGzipDue whether a gzip coding can be made, but has not been
   * @param isNegotiable whether responses depend on Accept-Encoding
   * @param isSettled whether a later change would show in the attributes
   */
  Resource(
      @Nullable CachedFile[] files, boolean isGzipDue, boolean isNegotiable, boolean isSettled) {
    this.files = files;
    this.identity = files[0];
    this.isGzipDue = isGzipDue;
    this.isNegotiable = isNegotiable;
    this.isSettled = isSettled;
  }

  /** The file in a coding, or null. Any thread may ask. */
  public @Nullable CachedFile in(Coding coding) {
    return files[number(coding)];
  }

  // The array lives as long as the enum does and is never stored.
  @SuppressWarnings("EnumOrdinal")
  static int number(Coding coding) {
    return coding.ordinal();
  }

  /** Whether a gzip coding can be made, but has not been. Any thread may ask. */
  public boolean isGzipDue() {
    return isGzipDue;
  }

  /**
   * Whether one of its files was changed so short ago that it may have changed since without a
   * trace: it is good for those who wait for it, and not to be kept.
   */
  public boolean isYoung() {
    for (CachedFile file : files) {
      if (file != null && !file.held().isSettled()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether this is still what the disk holds, and says so as it is to be said by now. Any thread
   * may ask.
   *
   * @param nowNanos in nanoseconds since 1970
   */
  boolean isSameAs(Target target, long nowNanos) {
    if (!isSettled || identity == null || !identity.isSameAs(target.path(), target.attributes())) {
      return false;
    }
    for (Coding coding : CODINGS) {
      CachedFile known = in(coding);
      if (known != null && known.isEarlyNoMore(nowNanos)) {
        return false;
      }
      if (known != null && isMade(coding)) {
        if (!known.held().isThere()) {
          return false; // it gave way, and is to be made anew
        }
        known = null;
      }
      if (coding != Coding.IDENTITY && !isSame(known, target.sibling(coding))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(@Nullable CachedFile known, @Nullable Located now) {
    return known == null
        ? now == null
        : now != null && known.isSameAs(now.path(), now.attributes());
  }

  /** Whether the coding that suits a client best is still to be made. */
  public boolean isToBeMade(Fields request) {
    return in(choose(request)) == null;
  }

  /** Whether a coding was made here, from the file itself. */
  private boolean isMade(Coding coding) {
    CachedFile file = in(coding);
    return file != null && file.held().isMade();
  }

  /**
   * The coding to send (RFC 9110 §12.5.3): that with the highest weight, of equals the later in
   * {@link Coding}. A client that accepts none of those there are gets the file as it is.
   *
   * <p>So does one that asks for a range, unless it names another coding by its tag. Clients say
   * with every request what they accept, and count the octets of the file.
   */
  public Coding choose(Fields request) {
    if (!isNegotiable || !request.find(FieldName.ACCEPT_ENCODING, value)) {
      return Coding.IDENTITY;
    }
    CharSequence list = value;
    if (request.occurrences(FieldName.ACCEPT_ENCODING) > 1) {
      list = String.valueOf(request.joined(FieldName.ACCEPT_ENCODING));
    }
    WeightedList accepted = new WeightedList(list);
    boolean isOfFile =
        request.occurrences(FieldName.RANGE) > 0 && weight(Coding.IDENTITY, accepted) != 0;
    return isOfFile ? named(request, accepted) : choose(accepted);
  }

  private Coding choose(WeightedList accepted) {
    Coding best = Coding.IDENTITY;
    int bestWeight = 0;
    for (Coding coding : CODINGS) {
      int weight = weight(coding, accepted);
      if (weight > 0 && weight >= bestWeight && isThere(coding)) {
        best = coding;
        bestWeight = weight;
      }
    }
    return best;
  }

  private static int weight(Coding coding, WeightedList accepted) {
    int weight = accepted.weight(coding.token());
    if (weight == WeightedList.ABSENT && coding == Coding.GZIP) {
      weight = accepted.weight("x-gzip");
    }
    return weight == WeightedList.ABSENT ? accepted.weight("*") : weight;
  }

  /**
   * The coding of which a request names the tag, if it accepts that. One that is still to be made
   * has no tag yet, so a tag that is nobody's may be its.
   */
  private Coding named(Fields request, WeightedList accepted) {
    Coding named = null;
    for (Coding coding : CODINGS) {
      CachedFile file = in(coding);
      boolean isAccepted = coding == Coding.IDENTITY || weight(coding, accepted) > 0;
      if (named == null
          && isAccepted
          && file != null
          && Preconditions.names(request, file.fields().entityTag())) {
        named = coding;
      }
    }
    if (named == null
        && isGzipDue
        && weight(Coding.GZIP, accepted) > 0
        && Preconditions.namesAny(request)) {
      named = Coding.GZIP;
    }
    return named == null ? Coding.IDENTITY : named;
  }

  private boolean isThere(Coding coding) {
    return in(coding) != null || (coding == Coding.GZIP && isGzipDue);
  }

  /**
   * Whether one of its open files is known to have changed since it was opened. What is in memory
   * is whole whatever becomes of its file, and is not asked for.
   */
  public boolean isOutdated() {
    for (CachedFile file : files) {
      if (file != null && !file.held().isInMemory() && file.tryHold()) {
        boolean isOutdated = file.isOutdated();
        file.release();
        if (isOutdated) {
          return true;
        }
      }
    }
    return false;
  }

  /** Another path leads here. */
  public void list() {
    for (CachedFile file : files) {
      if (file != null) {
        file.list();
      }
    }
  }

  /** A path leads here no more: files that are not sent, and have no other path, are closed. */
  public void unlist() {
    for (CachedFile file : files) {
      if (file != null) {
        file.unlist();
      }
    }
  }

  /**
   * Those who had it looked up were answered, or nobody wants it: from now on its files may give
   * way to others. A second time does nothing.
   */
  public void retire() {
    for (CachedFile file : files) {
      if (file != null && !isRetired) {
        file.release();
      }
    }
    isRetired = true;
  }
}
