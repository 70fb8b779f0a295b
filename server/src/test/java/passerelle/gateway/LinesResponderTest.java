package passerelle.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The door is a door: whoever says the words of a reply answers as well as a script. */
final class LinesResponderTest extends ResponderContract {
  private final List<LinesResponder> all = new ArrayList<>();

  @Override
  protected Responder responder(List<Step> steps) {
    LinesResponder responder = new LinesResponder(steps);
    all.add(responder);
    return responder;
  }

  @Override
  protected Script script(List<Step> steps) throws IOException {
    return Script.of(folder.resolve("x.sh"), "/x.sh", "");
  }

  @Override
  protected void close() throws InterruptedException {
    for (LinesResponder responder : all) {
      responder.end();
    }
  }
}
