import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Loads what tests use, so that it is in the archive of classes. */
public class WarmTest {
  private String text;

  @BeforeEach
  public void setUp() {
    text = "warm";
  }

  @Disabled
  @Test
  @DisplayName("warms up")
  public void warmsUp() {
    assertThat(text).isEqualTo("warm");
    assertThat(java.util.List.of(1, 2)).containsExactly(1, 2);
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> {
      throw new IllegalStateException(text);
    });
  }
}
