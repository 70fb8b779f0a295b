package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which variables the operator may give to scripts. */
final class VariableRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "_",
        "a_b9",
        "REMOTE_USER",
        "AUTH_TYPE",
        "HTTPS",
        "HTTP",
        "PATH",
        "http_proxy"
      })
  void whatTheServerDoesNotSetIsFree(String name) {
    assertDoesNotThrow(() -> VariableRule.check(name, "any = value\u00ff\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "9A",
        "A-B",
        "A B",
        "A=",
        "\u00c4",
        "\u0141",
        "A\n",
        "HTTP_",
        "HTTP_X",
        "SCRIPT_NAME"
      })
  void othersAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> VariableRule.checkName(name));
    assertThrows(IllegalArgumentException.class, () -> VariableRule.check(name, ""));
  }

  @Test
  void aValueHoldsNoNul() {
    assertThrows(IllegalArgumentException.class, () -> VariableRule.check("A", "b\0c"));
  }
}
