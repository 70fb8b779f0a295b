package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.files.Requests;
import passerelle.http.Body;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.pages.ErrorPages;

/** The answer to a request for a listing, and that its memory comes back however it ends. */
final class ListingAnswerTest {
  @TempDir private Path folder;

  private final ListingBudget budget = new ListingBudget(1_000_000);

  @BeforeEach
  void fill() throws IOException {
    for (int i = 0; i < 100; i++) {
      Listings.file(folder, "file" + i);
    }
  }

  private Deferral.Answer answer(ListingBudget memory, Method method, String... fields)
      throws IOException {
    DirectoryListing listing =
        new DirectoryListing(Listings.TYPES, Listings.root(folder, false), memory, 1000);
    ListingRequest request = ListingRequest.of(Requests.of(method, "/", fields), "/");
    return listing.answer(folder.toRealPath(), request, () -> false);
  }

  private static Exchange exchange() {
    return new Exchange(
        Requests.of(Method.GET, "/"), new ExchangeState(() -> {}), Runnable::run, new ErrorPages());
  }

  private static Response applied(Deferral.Answer answer) {
    Exchange exchange = exchange();
    answer.applyTo(exchange);
    assertTrue(exchange.isAnswered());
    return exchange.response();
  }

  private static @Nullable String field(Response response, String name) {
    for (int i = 0; i < response.fieldCount(); i++) {
      if (response.fieldName(i).equals(name)) {
        return response.fieldValue(i);
      }
    }
    return null;
  }

  @Test
  void theMemoryIsHeldUntilTheBodyIsClosedAndGivenBackOnce() throws IOException {
    for (String accept : new String[] {"text/html", "application/json"}) {
      Response response = applied(answer(budget, Method.GET, "Accept: " + accept));
      assertTrue(budget.taken() > 0);
      Body body = response.takeBody();
      assertNotNull(body);
      body.close();
      body.close();
      assertEquals(0, budget.taken(), accept);
    }
  }

  @Test
  void anAnswerThatNobodyWantsGivesTheMemoryBack() throws IOException {
    Deferral.Answer answer = answer(budget, Method.GET);
    assertTrue(budget.taken() > 0);
    answer.discard();
    answer.discard();
    assertEquals(0, budget.taken());
  }

  @Test
  void anAnswerToHeadHoldsNoEntries() throws IOException {
    Response response = applied(answer(budget, Method.HEAD));
    assertTrue(budget.taken() < 50_000, "taken: " + budget.taken());
    assertEquals(Body.UNKNOWN, response.representationLength());
    response.reset();
    assertEquals(0, budget.taken());
  }

  @Test
  void aBudgetThatIsUsedUpIs503AndSaysWhenToComeAgain() throws IOException {
    ListingBudget tight = new ListingBudget(100_000);
    ListingBudget.Share one = tight.open(Listings.client(2));
    ListingBudget.Share other = tight.open(Listings.client(3));
    assertEquals(ListingBudget.Grant.GIVEN, one.take(50_000));
    assertEquals(ListingBudget.Grant.GIVEN, other.take(49_000));
    Response response = applied(answer(tight, Method.GET));
    one.close();
    other.close();
    assertEquals(Status.SERVICE_UNAVAILABLE, response.status());
    assertEquals("1", field(response, "Retry-After"));
    assertNull(field(response, "Content-Security-Policy"));
    assertEquals(0, tight.taken());
  }

  /** A program could not tell a part of the array from the whole. */
  @Test
  void anArrayThatWouldBeCutIs507() throws IOException {
    Listings.file(folder, "another");
    DirectoryListing listing =
        new DirectoryListing(Listings.TYPES, Listings.root(folder, false), budget, 1);
    for (boolean isJson : new boolean[] {true, false}) {
      ListingRequest request =
          new ListingRequest(Listings.client(1), "/", ListingOrder.of(""), isJson, false);
      Response response = applied(listing.answer(folder.toRealPath(), request, () -> false));
      assertEquals(isJson ? Status.INSUFFICIENT_STORAGE : Status.OK, response.status());
      response.reset();
      assertEquals(0, budget.taken());
    }
  }

  @Test
  void aFolderThatIsGoneIs404() throws IOException {
    DirectoryListing listing =
        new DirectoryListing(Listings.TYPES, Listings.root(folder, false), budget, 1000);
    ListingRequest request = ListingRequest.of(Requests.of(Method.GET, "/"), "/");
    Response response = applied(listing.answer(folder.resolve("nothing"), request, () -> false));
    assertEquals(Status.NOT_FOUND, response.status());
    assertEquals(0, budget.taken());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Accept: application/json|application/json",
        "Accept: application/json;q=0.5, text/html;q=0.4|application/json",
        "Accept: */*|text/html; charset=utf-8",
        "Accept: text/html, application/json;q=0.9|text/html; charset=utf-8",
        "Accept: image/png|text/html; charset=utf-8",
        "Other: x|text/html; charset=utf-8",
      })
  void theTypeFollowsAccept(String line, String type) throws IOException {
    Response response = applied(answer(budget, Method.GET, line));
    assertEquals(type, field(response, "Content-Type"));
    assertEquals("Accept", field(response, "Vary"));
    assertEquals("no-cache", field(response, "Cache-Control"));
    assertEquals("nosniff", field(response, "X-Content-Type-Options"));
    response.reset();
  }

  @Test
  void severalAcceptLinesAreOneList() throws IOException {
    Response response =
        applied(answer(budget, Method.GET, "Accept: text/html;q=0.5", "Accept: application/json"));
    assertEquals("application/json", field(response, "Content-Type"));
    response.reset();
  }

  @Test
  @SuppressWarnings("NullAway") // a fault in what makes the page
  void anAnswerThatCannotBeMadeGivesTheMemoryBack() throws IOException {
    DirectoryListing listing =
        new DirectoryListing(Listings.TYPES, Listings.root(folder, false), budget, 1000);
    DirectorySnapshot snapshot = listing.read(folder.toRealPath(), Listings.REQUEST, () -> false);
    assertNotNull(snapshot);
    assertTrue(budget.taken() > 0);
    ListingRequest faulty = new ListingRequest(Listings.client(1), "/", null, false, false);
    assertThrows(NullPointerException.class, () -> DirectoryListing.answer(faulty, snapshot));
    assertEquals(0, budget.taken());
  }
}
