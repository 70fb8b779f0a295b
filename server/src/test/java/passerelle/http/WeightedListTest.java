package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.Slice;

/** Weights of tokens and of media types, and what malformed members do: nothing. */
final class WeightedListTest {
  private static int gzip(String value) {
    return new WeightedList(value).weight("gzip");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|1000",
        "GZip|1000",
        "br, gzip|1000",
        "br,gzip;q=0.5|500",
        "gzip;q=0|0",
        "gzip;q=0.|0",
        "gzip;q=0.000|0",
        "gzip;q=0.001|1",
        "gzip;q=0.07|70",
        "gzip;q=0.123|123",
        "gzip;q=0.999|999",
        "gzip;q=1|1000",
        "gzip;q=1.|1000",
        "gzip;q=1.000|1000",
        "gzip;Q=0.2|200",
        "gzip ; q=0.2|200",
        "gzip\t;\tq=0.2 , br|200",
        ", ,,gzip;q=0.2,|200",
        "gzip;;q=0.2;|200",
        "gzip;q=0.2,gzip|200",
        "''|-1",
        "br|-1",
        "*|-1",
        "x-gzip|-1",
        "gzipp|-1",
        "gzi|-1",
        "gzip/x|-1",
      })
  void theFirstMemberWithATokensNameGivesItsWeight(String value, int weight) {
    assertEquals(weight, gzip(value));
  }

  @Test
  void aStarIsATokenOfItsOwn() {
    WeightedList list = new WeightedList("br, *;q=0.1");
    assertEquals(100, list.weight("*"));
    assertEquals(WeightedList.ABSENT, list.weight("gzip"));
    assertEquals(WeightedList.FULL, list.weight("br"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip;q",
        "gzip;q=",
        "gzip;q=2",
        "gzip;q=1.001",
        "gzip;q=0.1234",
        "gzip;q=.5",
        "gzip;q=00.5",
        "gzip;q=0,5x;",
        "gzip;q=-1",
        "gzip;q=1e0",
        "gzip;q=\"1\"",
        "gzip;q =1",
        "gzip;q= 1",
        "gzip deflate",
        "gzip;q=0.5 x",
        "gzip=1",
        "gzip;a",
        "gzip;a=",
        "gzip;a=1",
        "\"gzip\"",
        ";q=1",
        "\u00e9gzip",
      })
  void aMalformedMemberDoesNotCount(String member) {
    int withoutComma = member.contains(",") ? 0 : WeightedList.ABSENT;
    assertEquals(withoutComma, gzip(member));
    assertEquals(300, new WeightedList(member + ", br;q=0.3").weight("br"));
  }

  @Test
  void aCommaInAQuotedStringSeparatesNothing() {
    WeightedList list = new WeightedList("text/html;a=\"x,gzip;\\\",gzip\";q=0.5, br");
    assertEquals(WeightedList.ABSENT, list.weight("gzip"));
    assertEquals(500, list.mediaWeight("text/html"));
    assertEquals(1000, list.weight("br"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html;a=\"x, gzip", "text/html;a=\"x\\", "text/html;a=\"\\\""})
  void aQuotedStringWithoutItsEndTakesTheRest(String value) {
    assertEquals(WeightedList.ABSENT, gzip(value));
    assertEquals(WeightedList.ABSENT, new WeightedList(value).mediaWeight("text/html"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html|1000",
        "TEXT/HTML;q=0.3|300",
        "*/*;q=0.2|200",
        "text/*;q=0.4|400",
        "*/*, text/*;q=0.4|400",
        "text/*;q=0.4, text/html;q=0.1, */*|100",
        "text/html;q=0.1, text/*;q=0.4|100",
        "text/html;level=1;q=0.6|600",
        "text/html;level=1, text/html;q=0.7|700",
        "text/html;q=0.7, text/html;level=1|700",
        "text/html;q=0, */*|0",
        "text/html;q=0.5;ext=1|500",
        "text/plain|-1",
        "textile/*|-1",
        "text|-1",
        "*|-1",
        "*/html|-1",
        "text/|-1",
        "/html|-1",
        "text /html|-1",
        "text/html/x|-1",
        "text/ht|-1",
        "text/html5|-1",
      })
  void theMediaRangeThatFitsBestGivesTheWeight(String value, int weight) {
    assertEquals(weight, new WeightedList(value).mediaWeight("text/html"));
  }

  @Test
  void theExampleOfTheRfcHasItsWeights() {
    WeightedList list =
        new WeightedList(
            "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed,"
                + " text/plain;format=fixed;q=0.4, */*;q=0.5");
    assertEquals(700, list.mediaWeight("text/plain"));
    assertEquals(300, list.mediaWeight("text/html"));
    assertEquals(500, list.mediaWeight("image/jpeg"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|true",
        "application/json, */*|true",
        "application/json, text/plain, */*|true",
        "application/json, text/*|true",
        "application/*, */*;q=0.9|true",
        "application/json;q=0.9, text/html;q=0.8|true",
        "application/json;q=0.1|true",
        "text/html;q=0, application/json|true",
        "text/html;q=0, */*|true",
        "*/*|false",
        "''|false",
        "text/html|false",
        "image/png|false",
        "application/json, text/html|false",
        "text/*, application/*|false",
        "application/json;q=0.8, */*|false",
        "application/json;q=0.8, text/html;q=0.9|false",
        "application/json;q=0|false",
        "application/json;q=0, text/html;q=0|false",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8|false",
      })
  void theHeavierMediaTypeIsPreferredAndAtEqualWeightsTheOneThatIsNamed(
      String value, boolean isPreferred) {
    assertEquals(
        isPreferred, new WeightedList(value).prefersMedia("application/json", "text/html"));
  }

  @Test
  void aSliceIsReadInPlace() {
    assertEquals(500, new WeightedList(Slice.of("br, gzip;q=0.5")).weight("gzip"));
  }

  @Test
  void aLongListOfNoiseIsReadToItsEnd() {
    assertEquals(1000, gzip(",;=\"\"/,".repeat(5000) + "gzip"));
  }
}
