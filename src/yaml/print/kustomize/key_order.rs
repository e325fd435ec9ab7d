//! The order of keys: go-yaml v2's natural order.
//!
//! Runs of digits compare as numbers, other characters before letters, letters by code point. This is not a total order (`1a` < `2` < `12` < `1a`), so
//! for some sets of keys kustomize's own result changes from run to run; ours is one of the possible ones and always the same.

use std::cmp::Ordering;

use unicode_general_category::{GeneralCategory, get_general_category};

/// Runs up to this length are sorted by insertion.
const SHORT: usize = 16;

/// Sorts entries by key. The standard library's sort may panic when an order is not total, so this is a merge sort of our own; it is stable.
pub fn sort<T: Copy>(entries: &mut [(&str, T)]) {
    if entries.len() <= SHORT {
        return insertion_sort(entries);
    }
    let (left, right) = entries.split_at_mut(entries.len() / 2);
    sort(left);
    sort(right);
    let (Some(last), Some(first)) = (left.last(), right.first()) else { return };
    if compare(last.0, first.0) == Ordering::Greater {
        merge(entries, entries.len() / 2);
    }
}

fn insertion_sort<T: Copy>(entries: &mut [(&str, T)]) {
    for end in 1..entries.len() {
        let entry = entries[end];
        let mut at = end;
        while at > 0 && compare(entries[at - 1].0, entry.0) == Ordering::Greater {
            entries[at] = entries[at - 1];
            at -= 1;
        }
        entries[at] = entry;
    }
}

/// Merges the sorted halves before and from `middle`.
fn merge<T: Copy>(entries: &mut [(&str, T)], middle: usize) {
    let left = entries[..middle].to_vec();
    let mut left = left.into_iter().peekable();
    let mut right = middle;
    let mut at = 0;
    while let Some(&entry) = left.peek() {
        if right < entries.len() && compare(entry.0, entries[right].0) == Ordering::Greater {
            entries[at] = entries[right];
            right += 1;
        } else {
            entries[at] = entry;
            left.next();
        }
        at += 1;
    }
}

/// Compares two keys.
fn compare(left: &str, right: &str) -> Ordering {
    let (left_bytes, right_bytes) = (left.as_bytes(), right.as_bytes());
    let Some(mut at) = left_bytes.iter().zip(right_bytes).position(|(left, right)| left != right) else {
        return left.len().cmp(&right.len());
    };
    let (a, b) = (left_bytes[at], right_bytes[at]);
    if a.is_ascii_lowercase() && b.is_ascii_lowercase() {
        return a.cmp(&b);
    }
    // What stands before is the same in both, so one boundary is that of both.
    while !left.is_char_boundary(at) {
        at -= 1;
    }
    compare_from(left, right, at)
}

/// Compares two keys that are the same before `at` and differ in the character there.
fn compare_from(left: &str, right: &str, at: usize) -> Ordering {
    let (Some(a), Some(b)) = (left[at..].chars().next(), right[at..].chars().next()) else {
        return left.len().cmp(&right.len());
    };
    match (is_letter(a), is_letter(b)) {
        (true, true) => return a.cmp(&b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero after other digits stands within a number: 1 is put before both rests so that the longer one is the greater.
    let within = (a == '0' || b == '0') && ends_in_number(&left[..at]);
    let (left_number, left_digits) = number(&left[at..], within);
    let (right_number, right_digits) = number(&right[at..], within);
    left_number.cmp(&right_number).then(left_digits.cmp(&right_digits)).then(a.cmp(&b))
}

/// Whether the text ends in digits that are not all zero.
fn ends_in_number(text: &str) -> bool {
    text.chars().rev().take_while(|&c| is_digit(c)).any(|c| c != '0')
}

/// The number at the start of the text, wrapping as Go's does, and how many digits it has.
fn number(text: &str, within: bool) -> (i64, usize) {
    let start = (i64::from(within), 0);
    text.chars().take_while(|&c| is_digit(c)).fold(start, |(number, digits), c| {
        let digit = i64::from(u32::from(c)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(digit), digits + 1)
    })
}

fn is_letter(c: char) -> bool {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    matches!(
        get_general_category(c),
        LowercaseLetter | ModifierLetter | OtherLetter | TitlecaseLetter | UppercaseLetter
    )
}

fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { get_general_category(c) == GeneralCategory::DecimalNumber }
}
