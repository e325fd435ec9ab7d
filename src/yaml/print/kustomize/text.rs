//! The styles of strings: which one go-yaml v2 chooses, how it folds and escapes.

use super::Printer;
use crate::yaml::print::ambiguity::{is_base_60, is_typed};

/// Longer keys (in bytes) are written with `?`.
pub const LONGEST_SIMPLE_KEY: usize = 128;

/// A line is broken at the first space that stands after this column.
const WIDTH: usize = 80;

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

impl Style {
    /// Chooses the style of a string.
    pub fn choose(text: &str) -> Self {
        if is_word(text) {
            return Self::Plain;
        }
        let found = Found::scan(text);
        if found.special || found.space_before_break {
            Self::Double
        } else if text.contains('\n') {
            if found.trailing_space { Self::Double } else { Self::Literal }
        } else if is_typed(text) || is_base_60(text) {
            Self::Double
        } else if !found.indicator && !found.breaks && !found.leading_space && !found.trailing_space {
            Self::Plain
        } else if found.space_after_break {
            Self::Double
        } else {
            Self::Single
        }
    }
}

/// Whether the text is surely plain: letters first, nothing after them that could need quotes or a fold.
pub fn is_word(text: &str) -> bool {
    let [first, rest @ ..] = text.as_bytes() else { return false };
    (first.is_ascii_alphabetic() || *first == b'/')
        && rest.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'/' | b'_'))
        && !(matches!(first, b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') && is_typed(text))
}

/// Whether go-yaml sees a line break in the text.
pub fn has_break(text: &str) -> bool {
    if text.is_ascii() { text.bytes().any(|byte| matches!(byte, b'\n' | b'\r')) } else { text.chars().any(is_break) }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether go-yaml escapes the character. It takes everything above U+FFFF for unprintable.
fn is_special(c: char) -> bool {
    !matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// What go-yaml looks for in a string.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations of one scan")]
struct Found {
    indicator: bool,
    special: bool,
    breaks: bool,
    leading_space: bool,
    trailing_space: bool,
    space_before_break: bool,
    space_after_break: bool,
}

impl Found {
    fn scan(text: &str) -> Self {
        let mut found = Self {
            indicator: text.starts_with("---") || text.starts_with("..."),
            leading_space: text.starts_with(' '),
            trailing_space: text.ends_with(' '),
            ..Self::default()
        };
        let mut previous = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let before_blank = chars.peek().is_none_or(|&next| matches!(next, ' ' | '\t'));
            found.indicator |= is_indicator(c, previous, before_blank);
            found.special |= is_special(c);
            if is_break(c) {
                found.breaks = true;
                found.space_before_break |= previous == Some(' ');
            } else if c == ' ' {
                found.space_after_break |= previous.is_some_and(is_break);
            }
            previous = Some(c);
        }
        found
    }
}

/// Whether a character forbids the plain style outside of flow collections.
fn is_indicator(c: char, previous: Option<char>, before_blank: bool) -> bool {
    match c {
        ':' => before_blank,
        '#' => previous.is_none_or(|previous| matches!(previous, ' ' | '\t') || is_break(previous)),
        '-' | '?' => previous.is_none() && before_blank,
        ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => previous.is_none(),
        _ => false,
    }
}

impl Printer<'_, '_, '_> {
    /// Writes a string in its style. `child` is the column of further lines; without it the text stays on its line, as simple keys do.
    pub(super) fn text(&mut self, text: &str, style: Style, child: Option<usize>) {
        match style {
            Style::Plain => self.flowing(text, child, false),
            Style::Single => {
                self.out.push('\'');
                self.flowing(text, child, true);
                self.out.push('\'');
            }
            Style::Double => self.double(text, child),
            Style::Literal => self.literal(text, child.unwrap_or(0)),
        }
    }

    /// Writes the text of a plain or single-quoted scalar.
    fn flowing(&mut self, text: &str, child: Option<usize>, quoted: bool) {
        let may_fold = self.out.len() - self.line_start + 2 * text.len() > WIDTH;
        let Some(child) = child.filter(|_| may_fold || has_break(text)) else {
            return if quoted { self.out.push_str(&text.replace('\'', "''")) } else { self.out.push_str(text) };
        };
        let mut column = self.column();
        let mut previous = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let lone_space =
                c == ' ' && !matches!(previous, None | Some(' ')) && !matches!(chars.peek(), None | Some(' '));
            if lone_space && column > WIDTH {
                column = self.fold(child);
            } else {
                if previous.is_some_and(is_break) && !is_break(c) {
                    self.pad(child);
                    column = child;
                }
                if quoted && c == '\'' {
                    self.out.push('\'');
                    column += 1;
                }
                self.out.push(c);
                column += 1;
                if is_break(c) {
                    self.line_start = self.out.len();
                    column = 0;
                }
            }
            previous = Some(c);
        }
    }

    fn double(&mut self, text: &str, child: Option<usize>) {
        self.out.push('"');
        // go-yaml looks for a byte order mark at the start of the text whatever character it is at, and then escapes all of them.
        let marked = text.starts_with('\u{feff}');
        let mut column = self.column();
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|&(_, next)| next);
            if marked || is_special(c) || is_break(c) || matches!(c, '"' | '\\') {
                column += self.escape(c);
                after_space = false;
                continue;
            }
            let may_fold = c == ' ' && !after_space && column > WIDTH && at > 0 && next.is_some();
            if let Some(child) = child.filter(|_| may_fold) {
                column = self.fold(child);
                if next == Some(' ') {
                    self.out.push('\\');
                    column += 1;
                }
            } else {
                self.out.push(c);
                column += 1;
            }
            after_space = c == ' ';
        }
        self.out.push('"');
    }

    /// Continues a scalar on a new line, in the column that it returns.
    fn fold(&mut self, child: usize) -> usize {
        self.new_line();
        self.pad(child);
        child
    }

    /// Writes an escape sequence and gives its length.
    fn escape(&mut self, c: char) -> usize {
        use std::fmt::Write;

        let start = self.out.len();
        self.out.push('\\');
        let short = match c {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => c,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => ' ',
        };
        let code = u32::from(c);
        let _ = match code {
            _ if short != ' ' => write!(self.out, "{short}"),
            0..=0xff => write!(self.out, "x{code:02X}"),
            0x100..=0xffff => write!(self.out, "u{code:04X}"),
            _ => write!(self.out, "U{code:08X}"),
        };
        self.out.len() - start
    }

    fn literal(&mut self, text: &str, child: usize) {
        self.out.push('|');
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.out.push('2');
        }
        let mut last = text.chars().rev();
        match (last.next().is_some_and(is_break), last.next()) {
            (false, _) => self.out.push('-'),
            (true, Some(before)) if !is_break(before) => {}
            (true, _) => self.out.push('+'),
        }
        self.new_line();
        for line in text.split_inclusive(is_break) {
            if !line.starts_with(is_break) {
                self.pad(child);
            }
            self.out.push_str(line);
            if line.ends_with(is_break) {
                self.line_start = self.out.len();
            }
        }
    }

    /// How many characters stand on the current line.
    fn column(&self) -> usize {
        self.out[self.line_start..].chars().count()
    }
}
