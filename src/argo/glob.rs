//! The three kinds of glob patterns that Argo CD uses, by translation to regular expressions.
//!
//! From github.com/gobwas/glob, github.com/bmatcuk/doublestar and Go's `path.Match`. Must not know what is matched.

use regex::Regex;

/// Which library reads a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// gobwas/glob without separators, for the files of a directory: `*` matches slashes, too.
    Gobwas,
    /// gobwas/glob with `/` as separator, for repositories: `**` matches slashes.
    GobwasPaths,
    /// doublestar, for values files: `*` stays in one name, `**` as a name of its own stands for any number of directories.
    Doublestar,
    /// `path.Match`, for kinds: `*` stays in one name; braces mean themselves.
    PathMatch,
}

/// A pattern, ready to be matched. One that cannot be read fits nothing.
#[derive(Clone, Debug)]
pub(super) struct Glob(Option<Regex>);

impl Glob {
    pub(super) fn new(dialect: Dialect, pattern: &str) -> Self {
        Self(Regex::new(&translate(dialect, pattern)).ok())
    }

    /// Whether a text fits as a whole.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// Whether a text fits a pattern.
pub(super) fn matches(dialect: Dialect, pattern: &str, text: &str) -> bool {
    Glob::new(dialect, pattern).fits(text)
}

fn translate(dialect: Dialect, pattern: &str) -> String {
    let (one, any) = if dialect == Dialect::Gobwas { (".", ".*") } else { ("[^/]", "[^/]*") };
    let braces = dialect != Dialect::PathMatch;
    let mut regex = String::from("(?s)^");
    let mut depth = 0_usize;
    let mut chars = pattern.chars().peekable();
    let mut at_name = true;
    while let Some(c) = chars.next() {
        let starts_name = std::mem::replace(&mut at_name, c == '/');
        match c {
            '*' if chars.next_if_eq(&'*').is_some() => match dialect {
                Dialect::Doublestar if starts_name && chars.next_if_eq(&'/').is_some() => {
                    regex.push_str("(?:[^/]*/)*");
                    at_name = true;
                }
                Dialect::Doublestar if !starts_name || chars.peek().is_some() => regex.push_str(any),
                Dialect::PathMatch => regex.push_str(any),
                _ => regex.push_str(".*"),
            },
            '*' => regex.push_str(any),
            '?' => regex.push_str(one),
            '[' => class(&mut chars, &mut regex),
            '{' if braces => {
                depth += 1;
                regex.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                regex.push(')');
            }
            ',' if depth > 0 => regex.push('|'),
            '\\' => regex.extend(chars.next().map(|c| regex::escape(c.encode_utf8(&mut [0; 4])))),
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    regex
}

/// A class of characters, behind its `[`.
fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, regex: &mut String) {
    regex.push('[');
    if chars.next_if(|c| matches!(c, '!' | '^')).is_some() {
        regex.push('^');
    }
    while let Some(c) = chars.next() {
        match c {
            ']' => break,
            '-' => regex.push('-'),
            '\\' => regex.extend(chars.next().map(|c| regex::escape(c.encode_utf8(&mut [0; 4])))),
            c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push(']');
}
