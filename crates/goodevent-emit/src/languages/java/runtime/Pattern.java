package goodevent;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A pattern of ECMA-262 that matches a part of a text. */
abstract class Pattern {
    /** The pattern of the contract. */
    final String source;

    Pattern(String source) {
        this.source = source;
    }

    /** Whether a text matches. */
    abstract boolean matches(String text);

    /** A pattern that the toolchain made an automaton of. */
    static Pattern automaton(String source, String text) {
        return new Automaton(source, text);
    }

    /** A pattern that no automaton decides, in the few words that mean the same in every engine. */
    static Pattern backtracking(String source, String translated) {
        return new Backtracking(source, translated);
    }

    /** A deterministic automaton over the bytes of a text in UTF-8. State 0 rejects and state 1 accepts. */
    private static final class Automaton extends Pattern {
        private final int start;
        private final int nClasses;
        private final short[] classes = new short[256];
        private final char[] next;
        private final boolean[] accepts;

        Automaton(String source, String text) {
            super(source);
            String[] parts = text.split("\\|", -1);
            String[] first = parts[0].split(" ");
            start = Integer.parseInt(first[0]);
            nClasses = Integer.parseInt(first[1]);
            int at = 0;
            for (int[] run : runs(parts[1])) {
                for (int nth = 0; nth < run[1]; nth += 1, at += 1) {
                    classes[at] = (short) run[0];
                }
            }
            List<int[]> steps = runs(parts[2]);
            next = new char[steps.stream().mapToInt(run -> run[1]).sum()];
            at = 0;
            for (int[] run : steps) {
                for (int nth = 0; nth < run[1]; nth += 1, at += 1) {
                    next[at] = (char) run[0];
                }
            }
            accepts = new boolean[next.length / nClasses];
            for (int[] run : runs(parts[3])) {
                accepts[run[0]] = true;
            }
        }

        private static List<int[]> runs(String text) {
            List<int[]> runs = new ArrayList<>();
            for (String run : text.split(" ")) {
                if (run.isEmpty()) {
                    continue;
                }
                int star = run.indexOf('*');
                runs.add(new int[] {
                    Integer.parseInt(star < 0 ? run : run.substring(0, star)),
                    star < 0 ? 1 : Integer.parseInt(run.substring(star + 1)),
                });
            }
            return runs;
        }

        private int step(int state, int own) {
            return next[state * nClasses + classes[own]];
        }

        @Override
        boolean matches(String text) {
            int state = start;
            int n = text.length();
            for (int at = 0; at < n; at += 1) {
                if (state <= 1) {
                    return state == 1;
                }
                char unit = text.charAt(at);
                if (unit < 0x80) {
                    state = step(state, unit);
                } else if (unit < 0x800) {
                    state = step(step(state, 0xc0 | unit >> 6), 0x80 | unit & 0x3f);
                } else if (Character.isHighSurrogate(unit) && at + 1 < n) {
                    int code = Character.toCodePoint(unit, text.charAt(at + 1));
                    at += 1;
                    state = step(step(state, 0xf0 | code >> 18), 0x80 | code >> 12 & 0x3f);
                    state = step(step(state, 0x80 | code >> 6 & 0x3f), 0x80 | code & 0x3f);
                } else {
                    state = step(step(step(state, 0xe0 | unit >> 12), 0x80 | unit >> 6 & 0x3f), 0x80 | unit & 0x3f);
                }
            }
            return accepts[state];
        }
    }

    /**
     * An engine that backtracks. Without references back it remembers where it has been, so that its steps are a product of
     * pattern and text; with them a text that takes too many steps does not match.
     */
    private static final class Backtracking extends Pattern {
        private static final int MAX_STEPS = 1_000_000;
        private static final int MAX_MEMORY = 1 << 28;

        private enum Op { SET, SPLIT, JUMP, SAVE, BACK, START, END, LOOK, MARK, PROGRESS, MATCH }

        /** One instruction; {@code a} and {@code b} are targets or numbers. */
        private static final class Code {
            final Op op;
            int a;
            int b;
            int[] set;
            boolean isAhead;
            boolean holds;

            Code(Op op, int a, int b) {
                this.op = op;
                this.a = a;
                this.b = b;
            }
        }

        private final String translated;
        private final List<Code> codes = new ArrayList<>();
        private int at;
        private int nGroups;
        private int nMarks;
        private boolean isPlain = true;

        Backtracking(String source, String translated) {
            super(source);
            this.translated = translated;
            alternatives(false);
            add(Op.MATCH, 0, 0);
        }

        private int add(Op op, int a, int b) {
            codes.add(new Code(op, a, b));
            return codes.size() - 1;
        }

        private boolean isNext(String expected) {
            return translated.startsWith(expected, at);
        }

        private boolean take(String expected) {
            boolean isNext = isNext(expected);
            at += isNext ? expected.length() : 0;
            return isNext;
        }

        /** Within a look behind, the parts of a sequence are matched from the last to the first. */
        private void alternatives(boolean isBackward) {
            int start = codes.size();
            List<Integer> jumps = new ArrayList<>();
            sequence(isBackward);
            while (take("|")) {
                codes.add(start, new Code(Op.SPLIT, 0, 0));
                shift(start, 1);
                jumps.add(add(Op.JUMP, 0, 0));
                codes.get(start).a = start + 1;
                codes.get(start).b = codes.size();
                start = codes.size();
                sequence(isBackward);
            }
            jumps.forEach(jump -> codes.get(jump).a = codes.size());
        }

        /** Moves the targets behind {@code from} after {@code n} instructions were put there. */
        private void shift(int from, int n) {
            for (int nth = from + n; nth < codes.size(); nth += 1) {
                Code code = codes.get(nth);
                if (code.op == Op.SPLIT || code.op == Op.JUMP || code.op == Op.LOOK) {
                    code.a += code.a >= from ? n : 0;
                    code.b += code.op != Op.JUMP && code.b >= from ? n : 0;
                }
            }
        }

        private void sequence(boolean isBackward) {
            List<List<Code>> parts = new ArrayList<>();
            while (at < translated.length() && !isNext("|") && !isNext(")")) {
                int start = codes.size();
                repeated(isBackward);
                List<Code> part = new ArrayList<>(codes.subList(start, codes.size()));
                relocate(part, -start);
                codes.subList(start, codes.size()).clear();
                parts.add(isBackward ? 0 : parts.size(), part);
            }
            for (List<Code> part : parts) {
                relocate(part, codes.size());
                codes.addAll(part);
            }
        }

        private static void relocate(List<Code> part, int offset) {
            for (Code code : part) {
                if (code.op == Op.SPLIT || code.op == Op.JUMP || code.op == Op.LOOK) {
                    code.a += offset;
                    code.b += offset;
                }
            }
        }

        private void repeated(boolean isBackward) {
            int start = codes.size();
            int from = at;
            int groups = nGroups;
            atom(isBackward);
            int min = 1;
            int max = 1;
            if (take("*")) {
                min = 0;
                max = -1;
            } else if (take("+")) {
                max = -1;
            } else if (take("?")) {
                min = 0;
            } else if (take("{")) {
                min = number();
                max = min;
                if (take(",")) {
                    max = isNext("}") ? -1 : number();
                }
                take("}");
            } else {
                return;
            }
            boolean isLazy = take("?");
            int end = at;
            codes.subList(start, codes.size()).clear();
            for (int round = 0; round < min; round += 1) {
                again(from, groups, isBackward);
            }
            if (max < 0) {
                int mark = nMarks;
                nMarks += 1;
                int split = add(Op.SPLIT, 0, 0);
                add(Op.MARK, mark, 0);
                again(from, groups, isBackward);
                add(Op.PROGRESS, mark, 0);
                add(Op.JUMP, split, 0);
                branch(split, split + 1, codes.size(), isLazy);
            } else {
                List<Integer> splits = new ArrayList<>();
                for (int round = min; round < max; round += 1) {
                    splits.add(add(Op.SPLIT, 0, 0));
                    again(from, groups, isBackward);
                }
                splits.forEach(split -> branch(split, split + 1, codes.size(), isLazy));
            }
            at = end;
        }

        private void again(int from, int groups, boolean isBackward) {
            at = from;
            nGroups = groups;
            atom(isBackward);
        }

        private void branch(int split, int within, int behind, boolean isLazy) {
            codes.get(split).a = isLazy ? behind : within;
            codes.get(split).b = isLazy ? within : behind;
        }

        private int number() {
            int start = at;
            while (Character.isDigit(translated.charAt(at))) {
                at += 1;
            }
            return Integer.parseInt(translated.substring(start, at));
        }

        private void atom(boolean isBackward) {
            if (isNext("(?:\\") && Character.isDigit(translated.charAt(at + 4))) {
                at += 4;
                isPlain = false;
                codes.get(add(Op.BACK, number(), 0)).isAhead = !isBackward;
                take(")");
                return;
            }
            if (take("(?:")) {
                alternatives(isBackward);
                take(")");
            } else if (take("(?=")) {
                look(true, true);
            } else if (take("(?!")) {
                look(true, false);
            } else if (take("(?<=")) {
                look(false, true);
            } else if (take("(?<!")) {
                look(false, false);
            } else if (take("(")) {
                nGroups += 1;
                int group = nGroups;
                add(Op.SAVE, group * 2 + (isBackward ? 1 : 0), 0);
                alternatives(isBackward);
                add(Op.SAVE, group * 2 + (isBackward ? 0 : 1), 0);
                take(")");
            } else if (take("^")) {
                add(Op.START, 0, 0);
            } else if (take("$")) {
                add(Op.END, 0, 0);
            } else {
                Code code = codes.get(add(Op.SET, 0, 0));
                code.set = take("[") ? set() : single();
                code.isAhead = !isBackward;
            }
        }

        private void look(boolean isAhead, boolean holds) {
            isPlain = false;
            int look = add(Op.LOOK, 0, 0);
            alternatives(!isAhead);
            add(Op.MATCH, 0, 0);
            take(")");
            Code code = codes.get(look);
            code.a = look + 1;
            code.b = codes.size();
            code.isAhead = isAhead;
            code.holds = holds;
        }

        private int[] single() {
            int own = character();
            return new int[] {own, own};
        }

        private int character() {
            if (take("\\u{")) {
                int end = translated.indexOf('}', at);
                int own = Integer.parseInt(translated.substring(at, end), 16);
                at = end + 1;
                return own;
            }
            take("\\");
            int own = translated.codePointAt(at);
            at += Character.charCount(own);
            return own;
        }

        private int[] set() {
            boolean isNegated = take("^");
            List<Integer> ranges = new ArrayList<>();
            while (!take("]")) {
                int first = character();
                int last = take("-") ? character() : first;
                ranges.add(first);
                ranges.add(last);
            }
            if (!isNegated) {
                return ranges.stream().mapToInt(Integer::intValue).toArray();
            }
            List<Integer> others = new ArrayList<>();
            int from = 0;
            for (int nth = 0; nth < ranges.size(); nth += 2) {
                if (ranges.get(nth) > from) {
                    others.add(from);
                    others.add(ranges.get(nth) - 1);
                }
                from = ranges.get(nth + 1) + 1;
            }
            if (from <= Character.MAX_CODE_POINT) {
                others.add(from);
                others.add(Character.MAX_CODE_POINT);
            }
            return others.stream().mapToInt(Integer::intValue).toArray();
        }

        private static boolean has(int[] set, int code) {
            int low = 0;
            int high = set.length / 2 - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (code < set[middle * 2]) {
                    high = middle - 1;
                } else if (code > set[middle * 2 + 1]) {
                    low = middle + 1;
                } else {
                    return true;
                }
            }
            return false;
        }

        /** The steps that are left for one text. */
        private static final class Budget {
            int nSteps;
        }

        @Override
        boolean matches(String text) {
            int[] chars = text.codePoints().toArray();
            Budget budget = new Budget();
            boolean remembers = isPlain && (long) codes.size() * (chars.length + 1) < MAX_MEMORY;
            BitSet seen = remembers ? new BitSet() : null;
            for (int start = 0; start <= chars.length; start += 1) {
                int[] saved = new int[nGroups * 2 + 2 + nMarks];
                if (run(0, start, chars, saved, seen, budget)) {
                    return true;
                }
                if (budget.nSteps > MAX_STEPS && seen == null) {
                    return false;
                }
            }
            return false;
        }

        /** Runs from an instruction on; {@code saved} has the groups on return. Looks around nest as in the pattern. */
        private boolean run(int first, int start, int[] chars, int[] saved, BitSet seen, Budget budget) {
            List<int[]> stack = new ArrayList<>();
            int marks = nGroups * 2 + 2;
            int pc = first;
            int place = start;
            for (;;) {
                budget.nSteps += 1;
                if (seen == null && budget.nSteps > MAX_STEPS) {
                    return false;
                }
                boolean holds = true;
                if (seen != null) {
                    int own = pc * (chars.length + 1) + place;
                    holds = !seen.get(own);
                    seen.set(own);
                }
                Code code = codes.get(pc);
                if (holds) {
                    switch (code.op) {
                        case MATCH -> {
                            return true;
                        }
                        case SET -> {
                            int own = code.isAhead ? place : place - 1;
                            holds = own >= 0 && own < chars.length && has(code.set, chars[own]);
                            place += code.isAhead ? 1 : -1;
                            pc += 1;
                        }
                        case SPLIT -> {
                            int[] kept = new int[saved.length + 2];
                            System.arraycopy(saved, 0, kept, 2, saved.length);
                            kept[0] = code.b;
                            kept[1] = place;
                            stack.add(kept);
                            pc = code.a;
                        }
                        case JUMP -> pc = code.a;
                        case SAVE -> {
                            saved[code.a] = place;
                            pc += 1;
                        }
                        case MARK -> {
                            saved[marks + code.a] = place;
                            pc += 1;
                        }
                        case PROGRESS -> {
                            // A round that takes no characters ends the repetition.
                            holds = seen != null || saved[marks + code.a] != place;
                            pc += 1;
                        }
                        case START -> {
                            holds = place == 0;
                            pc += 1;
                        }
                        case END -> {
                            holds = place == chars.length;
                            pc += 1;
                        }
                        case BACK -> {
                            int from = saved[code.a * 2];
                            int n = saved[code.a * 2 + 1] - from;
                            int own = code.isAhead ? place : place - n;
                            holds = own >= 0 && own + n <= chars.length;
                            for (int nth = 0; holds && nth < n; nth += 1) {
                                holds = chars[from + nth] == chars[own + nth];
                            }
                            place += code.isAhead ? n : -n;
                            pc += 1;
                        }
                        case LOOK -> {
                            int[] inner = saved.clone();
                            boolean isThere = run(code.a, place, chars, inner, null, budget);
                            holds = isThere == code.holds;
                            if (isThere && code.holds) {
                                System.arraycopy(inner, 0, saved, 0, saved.length);
                            }
                            pc = code.b;
                        }
                        default -> throw new IllegalStateException();
                    }
                }
                if (!holds) {
                    if (stack.isEmpty()) {
                        return false;
                    }
                    int[] kept = stack.remove(stack.size() - 1);
                    pc = kept[0];
                    place = kept[1];
                    System.arraycopy(kept, 2, saved, 0, saved.length);
                }
            }
        }
    }
}
