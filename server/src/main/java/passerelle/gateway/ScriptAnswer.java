package passerelle.gateway;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Refusal;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.io.OctetPath;

/**
 * A script's answer, on its way to the loop.
 *
 * <p>Confined to the loop thread.
 */
final class ScriptAnswer implements Deferral.Answer {
  private static final Logger log = LoggerFactory.getLogger(ScriptAnswer.class);

  private final ScriptResponse head;
  private final @Nullable StreamBody body;
  private final Script script;
  private final Elsewhere elsewhere;

  private ScriptAnswer(
      ScriptResponse head, @Nullable StreamBody body, Script script, Elsewhere elsewhere) {
    this.head = head;
    this.body = body;
    this.script = script;
    this.elsewhere = elsewhere;
  }

  /** A script's head, and its content if the client is to see it. */
  static Deferral.Answer of(
      ScriptResponse head, @Nullable StreamBody body, Script script, Elsewhere elsewhere) {
    return new ScriptAnswer(head, body, script, elsewhere);
  }

  /**
   * The same, from a script whose answer is not its own content: a file, another resource, a head
   * alone.
   *
   * @param onCutOff run on the loop if the client leaves before the end of that answer
   */
  static Deferral.Answer leftToOthers(Deferral.Answer answer, Runnable onCutOff) {
    return new LeftToOthers(answer, onCutOff);
  }

  private record LeftToOthers(Deferral.Answer answer, Runnable onCutOff)
      implements Deferral.Answer {
    @Override
    public void applyTo(Exchange exchange) {
      exchange.ifCutOff(onCutOff); // first: it may be answered before this returns
      answer.applyTo(exchange);
    }

    @Override
    public void discard() {
      answer.discard();
    }
  }

  /** A failure before the head. */
  static Deferral.Answer error(Status status) {
    return Refusal.of(status);
  }

  /** A failure before the head, with its story for the one who is to see it. */
  static Deferral.Answer explained(Status status, String scriptName, FailurePage.Story story) {
    return new Explained(status, scriptName, story);
  }

  private record Explained(Status status, String scriptName, FailurePage.Story story)
      implements Deferral.Answer {
    @Override
    public void applyTo(Exchange exchange) {
      FailurePage.send(exchange, Refusal.of(status), scriptName, story);
    }

    @Override
    public void discard() {
      // There is nothing to release.
    }
  }

  @Override
  public void applyTo(Exchange exchange) {
    Response response = exchange.response();
    String location = head.location();
    if (head.verbatim() != null) {
      response.status(head.clientStatus()).verbatimHead(head.verbatim());
      addContent(response);
      exchange.send();
    } else if (head.isLocalRedirect() && location != null) {
      if (!elsewhere.tryRedirect(exchange, location)) {
        log.warn(
            "script {} redirects in a circle, at last to {}",
            OctetPath.display(script.scriptName()),
            OctetPath.display(location));
        exchange.refuse(
            Refusal.of(Status.BAD_GATEWAY).because("The script redirects in a circle."));
      }
    } else {
      addHead(response);
      FileSender files = elsewhere.files();
      if (head.isFile() && files != null) {
        String name = file(String.valueOf(head.file()));
        files.send(exchange, name, problem -> refuse(exchange, name, problem));
      } else {
        addContent(response);
        exchange.send();
      }
    }
  }

  private void addHead(Response response) {
    response.status(head.clientStatus());
    if (head.location() != null) {
      response.field("Location", head.location());
    }
    for (ScriptResponse.Field field : head.fields()) {
      response.field(field.name(), field.value());
    }
  }

  private void addContent(Response response) {
    if (body != null) {
      response.body(body);
    } else {
      response.representationLength(head.contentLength());
    }
  }

  /** The absolute name of the file that the script named, perhaps from its own directory. */
  private String file(String name) {
    return name.startsWith("/") ? name : script.directoryOctets() + '/' + name;
  }

  private void refuse(Exchange exchange, String name, String problem) {
    log.warn(
        "script {} has {} sent, but {}",
        OctetPath.display(script.scriptName()),
        OctetPath.display(name),
        problem);
    exchange.failWith(Status.BAD_GATEWAY);
  }

  @Override
  public void discard() {
    if (body != null) {
      body.close();
    }
  }
}
