package passerelle.http1;

import passerelle.wire.Limits;

/** The standard limits with other bounds on heads. */
final class ParserLimits {
  private ParserLimits() {}

  static Limits of(int targetOctets, int headOctets, int fieldLines) {
    Limits standard = Limits.standard();
    return new Limits(
        targetOctets, headOctets, fieldLines, standard.contentOctets(), standard.patience());
  }
}
