//! "Did you mean …?"

use std::cell::Cell;

/// Remaining comparisons for the suggestions of a run, because each of many typos can mean any of many names.
#[derive(Debug)]
pub struct Budget(Cell<usize>);

impl Default for Budget {
    /// Enough for a thousand slips among a thousand names.
    fn default() -> Self {
        Self(Cell::new(1_000_000))
    }
}

impl Budget {
    /// Like [`nearest`], within the budget.
    pub fn nearest<'c>(&self, name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        let is_left = |_: &&str| self.0.replace(self.0.get().saturating_sub(1)) > 0;
        (self.0.get() > 0).then(|| nearest(name, candidates.into_iter().take_while(is_left)))?
    }
}

/// The candidate nearest to `name`, if one is similar enough.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = lower(name);
    // Only what is nearer than the nearest so far counts.
    let mut limit = (name.len() / 3).clamp(1, 3) + 1;
    let mut nearest = None;
    for candidate in candidates {
        // A character has at most four bytes, and those that lowercase makes of one are few.
        if candidate.len() + limit <= name.len() || candidate.len() >= (name.len() + limit) * 4 {
            continue;
        }
        if let Some(distance) = distance(&name, &lower(candidate), limit) {
            (limit, nearest) = (distance, Some(candidate));
        }
    }
    nearest
}

fn lower(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// Number of insertions, removals, replacements and swaps of neighbours between two words, if it is below a limit.
fn distance(left: &[char], right: &[char], limit: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) >= limit {
        return None;
    }
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
        // A swap goes on from the row before.
        if row.iter().chain(&old).all(|least| *least >= limit) {
            return None;
        }
        (older, old) = (old, row);
    }
    Some(old[right.len()]).filter(|distance| *distance < limit)
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
        assert_eq!(nearest("Type", ["tYpes", "TYPO"]), Some("tYpes"));
    }

    #[test]
    fn many_slips_among_many_names_are_compared_as_far_as_the_budget_goes() {
        let budget = Budget::default();
        let n_asked = Cell::new(0);
        let names = || std::iter::repeat_with(|| n_asked.set(n_asked.get() + 1)).map(|()| "maxItems").take(10_000);
        let n_found = (0..10_000).filter(|_| budget.nearest("mexItems", names()) == Some("maxItems")).count();
        assert_eq!((n_found, n_asked.get()), (100, 1_000_000));
    }
}
