//! "Did you mean …?"

/// The candidate that is nearest to `name`, if any is near enough to be what was meant.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let ranked = candidates.into_iter().map(|candidate| (distance(name, candidate), candidate));
    ranked
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Number of insertions, removals, replacements and swaps of neighbours between two words, ignoring case.
fn distance(left: &str, right: &str) -> usize {
    let chars = |word: &str| word.to_lowercase().chars().collect::<Vec<char>>();
    let (left, right) = (chars(left), chars(right));
    // The rows of the two characters before, and of the one before.
    let (mut older, mut old) = (Vec::new(), (0..=right.len()).collect::<Vec<usize>>());
    for (left_idx, left_char) in left.iter().enumerate() {
        let mut row = vec![left_idx + 1];
        for (right_idx, right_char) in right.iter().enumerate() {
            let replaced = old[right_idx] + usize::from(left_char != right_char);
            let mut least = replaced.min(old[right_idx + 1] + 1).min(row[right_idx] + 1);
            let is_swap = left_idx > 0
                && right_idx > 0
                && left[left_idx - 1] == *right_char
                && right[right_idx - 1] == *left_char;
            if is_swap {
                least = least.min(older[right_idx - 1] + 1);
            }
            row.push(least);
        }
        (older, old) = (old, row);
    }
    old[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        assert_eq!(nearest("mexLength", ["maxItems", "maxLength", "minLength"]), Some("maxLength"));
        assert_eq!(nearest("reasons", ["reason", "season"]), Some("reason"));
        assert_eq!(nearest("onwer", ["broker", "owner"]), Some("owner"));
        assert_eq!(nearest("foo", ["subscription"]), None);
    }
}
