package goodevent;

import java.util.List;
import java.util.Optional;

/** The reason why a message is rejected. */
public final class EventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The rule. */
    private final String rule;

    /** The violations, which a serialised exception does not have. */
    private final transient List<Violation> violations;

    /**
     * A rejected message that is not read.
     *
     * @param rule the violated rule
     * @param message the reason
     */
    public EventException(String rule, String message) {
        super(message);
        this.rule = rule;
        this.violations = List.of();
    }

    /** A text that is not JSON; {@code before} is its beginning, up to the fault. */
    static EventException notJson(String before, String reason) {
        long line = before.chars().filter(own -> own == '\n').count() + 1;
        int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
        return new EventException("not-json", "not JSON at line " + line + ", column " + column + ": " + reason);
    }

    /** A message that violates its contract in at least one way. */
    EventException(List<Violation> violations) {
        super(violations.get(0).toString());
        this.rule = violations.get(0).keyword();
        this.violations = List.copyOf(violations);
    }

    /**
     * The violated rule, for metrics: the keyword of the contract, or else {@code too-large}, {@code not-utf8},
     * {@code not-json}, {@code other-type} or {@code other-envelope}.
     *
     * @return the rule
     */
    public String rule() {
        return rule;
    }

    /**
     * The first violation of the contract, if the message is JSON, and is of its type and in its envelope.
     *
     * @return the violation
     */
    public Optional<Violation> violation() {
        return violations().stream().findFirst();
    }

    /**
     * The violations of the contract; none if the message is not JSON, or is of another type or in another envelope.
     *
     * @return the violations
     */
    public List<Violation> violations() {
        return violations == null ? List.of() : violations;
    }
}
