//! Expectations of printed text: lines, of which `...` stands for any number of others, and `[..]` within a line for any
//! text, as in `trycmd`.

/// The first line of `text` that is not what `expected` says, or of `expected` that is not there.
pub(super) fn difference(expected: &str, text: &str) -> Option<String> {
    let patterns: Vec<&str> = expected.trim_end().lines().collect();
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    // For each number of lines that were read, whether the patterns so far match them.
    let mut reached = vec![false; lines.len() + 1];
    reached[0] = true;
    for pattern in patterns {
        let mut next = vec![false; lines.len() + 1];
        if pattern == "..." {
            let first = reached.iter().position(|is_reached| *is_reached).unwrap_or(lines.len());
            next[first..].fill(true);
        } else {
            for (line_idx, line) in lines.iter().enumerate() {
                next[line_idx + 1] = reached[line_idx] && matches(pattern, line);
            }
        }
        if !next.contains(&true) {
            let last = reached.iter().rposition(|is_reached| *is_reached).unwrap_or(0);
            let first = reached.iter().position(|is_reached| *is_reached).unwrap_or(0);
            let line = if first == last { lines.get(first).copied().unwrap_or("the end") } else { "what follows" };
            return Some(format!("`{pattern}` was expected, not `{line}`"));
        }
        reached = next;
    }
    let rest = lines.get(reached.iter().rposition(|is_reached| *is_reached).unwrap_or(0));
    rest.map(|line| format!("the end was expected, not `{line}`"))
}

fn matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.trim_end().split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn lines_and_gaps_are_matched() {
        let text = "a 1 b\nc\nd\ne\n";
        for expected in
            ["a 1 b\nc\nd\ne", "a [..] b\n...", "...\ne", "...\nc\n...\ne\n", "...", "[..]\n[..]\n[..]\n[..]\n"]
        {
            assert_eq!(difference(expected, text), None, "{expected}");
        }
        for expected in ["a 1 b", "a [..] c\n...", "...\nd", "...\nc\ne\n", "", "a 1 b\nc\nd\ne\nf"] {
            assert!(difference(expected, text).is_some(), "{expected}");
        }
    }
}
