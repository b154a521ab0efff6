//! Tables of known words, computed here because the compiler would need long for them in `goodevent::words`.

use proc_macro2::Literal;

const N_PREFIX: usize = 16;
const MAX_HASHED: usize = 255;

/// What stands behind the words in `goodevent::words!`: their prefixes, and then their slots.
pub(crate) fn table(words: &[&String]) -> Literal {
    let prefixes: Vec<[u8; N_PREFIX]> = words.iter().map(|word| prefix(word.as_bytes())).collect();
    let mut table = prefixes.as_flattened().to_vec();
    table.extend(slots(words, &prefixes));
    Literal::byte_string(&table)
}

fn slots(words: &[&String], prefixes: &[[u8; N_PREFIX]]) -> Vec<u8> {
    if words.len() > MAX_HASHED {
        return Vec::new();
    }
    let mut slots = vec![0; (4 * words.len()).next_power_of_two()];
    for (number, (word, prefix)) in (1..).zip(words.iter().zip(prefixes)) {
        if word.chars().any(|char| matches!(char, '"' | '\\' | '\0'..' ')) {
            continue;
        }
        let mut slot = hash(prefix) % slots.len();
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        slots[slot] = number;
    }
    slots
}

fn prefix(word: &[u8]) -> [u8; N_PREFIX] {
    let mut prefix = [0; N_PREFIX];
    prefix.iter_mut().zip(word.iter().chain(b"\"")).for_each(|(target, byte)| *target = *byte);
    prefix
}

fn hash(prefix: &[u8; N_PREFIX]) -> usize {
    let prefix = u128::from_le_bytes(*prefix);
    let (low, high) = (prefix as u64, (prefix >> 64) as u64);
    ((low ^ high.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 44) as usize
}
