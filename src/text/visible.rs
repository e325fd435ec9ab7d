//! Text from anywhere made safe for a terminal: what would move the cursor, change colours or reorder a line is shown instead of sent.
//!
//! Must not know who prints it.

use std::borrow::Cow;

/// Whether a character steers a terminal, or the order in which one shows text, instead of being shown.
fn steers(c: char) -> bool {
    // Bidirectional controls, and the two separators that some programs take for line breaks.
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with escapes such as `\u{1b}` for all that steers a terminal, line breaks and tabs among it.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| if steers(c) { c.escape_default().collect() } else { c.to_string() };
    Cow::Owned(text.chars().map(shown).collect())
}

/// The same, but line breaks and tabs stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| steers(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let parts: Vec<String> = text.split_inclusive(['\n', '\t']).map(visible_part).collect();
    Cow::Owned(parts.concat())
}

fn visible_part(part: &str) -> String {
    let kept = part.trim_end_matches(['\n', '\t']);
    format!("{}{}", visible(kept), &part[kept.len()..])
}

/// The text with a sign of the same number of bytes for each character that steers a terminal, so that places in it stay the same. Line breaks and tabs stay.
pub fn visible_in_place(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| steers(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let before_break = c == '\r' && characters.peek() == Some(&'\n');
        out.push_str(match c.len_utf8() {
            _ if !steers(c) || before_break || matches!(c, '\n' | '\t') => {
                out.push(c);
                continue;
            }
            1 => "?",
            2 => "¿",
            _ => "\u{fffd}",
        });
    }
    Cow::Owned(out)
}
